import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { HashMap, Result, Schema } from "effect"
import { createHash } from "node:crypto"
import { FacilityId, OrganizationId } from "./Identifiers.ts"
import { eventSchemas } from "./OrganizationEvent.ts"
import type { OrganizationState } from "./OrganizationState.ts"
import { Anomalies } from "./state/Anomalies.ts"
import { growth } from "./state/bytesOf.ts"
import { ChildOrganization } from "./state/ChildOrganization.ts"
import { Department } from "./state/Department.ts"
import { Facility } from "./state/Facility.ts"
import { Merger } from "./state/Merger.ts"
import { OrganizationRoot } from "./state/OrganizationRoot.ts"
import { RecentCommands } from "./state/RecentCommands.ts"
import { Role } from "./state/Role.ts"
import { Team } from "./state/Team.ts"
import { unitsOf } from "./state/unitsOf.ts"
import { UnknownEvents } from "./state/UnknownEvents.ts"
import { Timestamp } from "./Timestamp.ts"
import { Quantity } from "./values/Quantity.ts"
import { parseJson } from "./wire/parseJson.ts"
import { issuesOf } from "./wire/ValidationIssue.ts"

/**
 * Raise this when `evolve` makes something else of the same events, or commands are packed otherwise: stored states are then no
 * longer believed.
 */
const evolveVersion = 3

const depthMax = 600

/** The order of bytes here: 1 where the lowest comes first, else 0. */
const firstByteOfOne = new Uint8Array(Uint32Array.of(1).buffer)[0]

/** The last commands, for machines: an operator sees how many there are, and sends a command again to see what became of it. */
const PackedCommands = Schema.Struct({ count: Quantity, forgotten: Quantity, packed: Schema.String })

const StoredState = Schema.Struct({
  id: OrganizationId,
  version: Quantity,
  updated_at: Schema.NullOr(Timestamp),
  organization: Schema.NullOr(OrganizationRoot),
  departments: Schema.Array(Department),
  teams: Schema.Array(Team),
  roles: Schema.Array(Role),
  facilities: Schema.Array(Facility),
  removed_facility_ids: Schema.Array(FacilityId),
  children: Schema.Array(ChildOrganization),
  absorbed: Schema.Array(Merger),
  merged_into: Schema.NullOr(Merger),
  recent_commands: PackedCommands,
  unknown_events: UnknownEvents,
  anomalies: Anomalies
})

/**
 * Names the shape of the state, the meaning of events and which events are known. The last is part of it because a state
 * made by a version that did not know an event must not be believed by one that does. So is the order of bytes, and that of
 * the events, in which recent commands are packed.
 */
export const stateFingerprint = (events: Readonly<Record<string, Schema.Top>>): string => {
  // The type side, which names the values of enums; the other side takes whatever is there.
  const shapes = [StoredState, ...Object.values(events)].map((schema) =>
    Schema.toJsonSchemaDocument(Schema.toType(schema))
  )
  const names = Object.keys(events)
  const text = JSON.stringify([evolveVersion, firstByteOfOne, names, ...shapes])
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
}

/**
 * Writes and reads states as JSON text, for snapshots. A snapshot is worth something only under the same `fingerprint`,
 * which changes with the shape of the state, with the meaning of events and with the events that are known. Equal states are written equally.
 */
export const organizationStateCodec: {
  readonly fingerprint: string
  readonly encode: (state: OrganizationState) => string
  readonly decode: (text: string) => Result.Result<OrganizationState, string>
} = {
  fingerprint: stateFingerprint(eventSchemas),
  encode: (state) =>
    JSON.stringify(encode({
      id: state.id,
      version: state.version,
      updated_at: state.updated_at,
      organization: state.organization,
      departments: inOrder(state.departments),
      teams: inOrder(state.teams),
      roles: inOrder(state.roles),
      facilities: inOrder(state.facilities),
      removed_facility_ids: Array.from(state.removed_facility_ids).toSorted(),
      children: inOrder(state.children),
      absorbed: inOrder(state.absorbed),
      merged_into: state.merged_into,
      recent_commands: state.recent_commands.pack(),
      unknown_events: state.unknown_events,
      anomalies: state.anomalies
    })),
  decode: (text) => {
    const decoded = decode(parseJson(text, depthMax))
    if (Result.isFailure(decoded)) return Result.fail(describe(decoded.failure))
    const { absorbed, children, recent_commands, ...stored } = decoded.success
    const { departments, facilities, removed_facility_ids, roles, teams, ...rest } = stored
    const units = unitsOf({ departments, teams, roles, facilities, removed_facility_ids })
    if (units === null) return Result.fail("the units stand in a circle")
    const commands = RecentCommands.unpack(recent_commands)
    return commands === undefined ? Result.fail("the recent commands cannot be read") : Result.succeed({
      ...rest,
      ...units,
      bytes: [rest.organization, ...children, ...absorbed].reduce((sum, each) => sum + growth(null, each), units.bytes),
      children: HashMap.fromIterable(children.map((child) => [child.id, child])),
      absorbed: HashMap.fromIterable(absorbed.map((merger) => [merger.organization_id, merger])),
      recent_commands: commands
    })
  }
}

const inOrder = <Id extends string, A>(byId: HashMap.HashMap<Id, A>): ReadonlyArray<A> =>
  HashMap.toEntries(byId).toSorted(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value)

const describe = (error: Schema.SchemaError): string =>
  issuesOf(error.issue).map(({ message, path }) => `${path}: ${message}`).join("; ")

const encode = Schema.encodeSync(CompiledSchemas.install(StoredState))
const decode = Schema.decodeUnknownResult(CompiledSchemas.install(StoredState))
