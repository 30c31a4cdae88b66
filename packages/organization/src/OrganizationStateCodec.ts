import { HashMap, Result, Schema } from "effect"
import { createHash } from "node:crypto"
import { OrganizationId } from "./Identifiers.ts"
import type { OrganizationState } from "./OrganizationState.ts"
import { Anomalies } from "./state/Anomalies.ts"
import { ChildOrganization } from "./state/ChildOrganization.ts"
import { OrganizationRoot } from "./state/OrganizationRoot.ts"
import { forgottenCommands, listCommands, RecentCommand, recentCommandsOf } from "./state/RecentCommands.ts"
import { UnknownEvents } from "./state/UnknownEvents.ts"
import { Timestamp } from "./Timestamp.ts"
import { Quantity } from "./values/Quantity.ts"
import { parseJson } from "./wire/parseJson.ts"
import { issuesOf } from "./wire/ValidationIssue.ts"

/** Raise this when `evolve` makes something else of the same events: stored states are then no longer believed. */
const evolveVersion = 1

const depthMax = 600

const StoredState = Schema.Struct({
  id: OrganizationId,
  version: Quantity,
  updated_at: Schema.NullOr(Timestamp),
  organization: Schema.NullOr(OrganizationRoot),
  children: Schema.Array(ChildOrganization),
  recent_commands: Schema.Array(RecentCommand),
  forgotten_commands: Quantity,
  unknown_events: UnknownEvents,
  anomalies: Anomalies
})

/**
 * Writes and reads states as JSON text, for snapshots. A snapshot is worth something only under the same `fingerprint`,
 * which changes with the shape of the state and with the meaning of events. Equal states are written equally.
 */
export const organizationStateCodec: {
  readonly fingerprint: string
  readonly encode: (state: OrganizationState) => string
  readonly decode: (text: string) => Result.Result<OrganizationState, string>
} = {
  fingerprint: createHash("sha256")
    .update(JSON.stringify([evolveVersion, Schema.toJsonSchemaDocument(StoredState)]))
    .digest("hex")
    .slice(0, 16),
  encode: ({ children, recent_commands, unknown_events, anomalies, ...state }) =>
    JSON.stringify(encode({
      ...state,
      children: Array.from(HashMap.values(children)).toSorted((a, b) => a.id < b.id ? -1 : 1),
      recent_commands: listCommands(recent_commands),
      forgotten_commands: forgottenCommands(recent_commands),
      unknown_events,
      anomalies
    })),
  decode: (text) => {
    const decoded = decode(parseJson(text, depthMax))
    if (Result.isFailure(decoded)) return Result.fail(describe(decoded.failure))
    const { children, forgotten_commands, recent_commands, ...state } = decoded.success
    return Result.succeed({
      ...state,
      children: HashMap.fromIterable(children.map((child) => [child.id, child])),
      recent_commands: recentCommandsOf(recent_commands, forgotten_commands)
    })
  }
}

const describe = (error: Schema.SchemaError): string =>
  issuesOf(error.issue).map(({ message, path }) => `${path}: ${message}`).join("; ")

const encode = Schema.encodeSync(StoredState)
const decode = Schema.decodeUnknownResult(StoredState)
