import type { OpaqueEvent } from "@cim-domain/commands/history/OpaqueEvent"
import { opaqueEvents } from "@cim-domain/commands/testing/opaqueEvents"
import { among, listOf, oneOf, orNull, upTo, uuid, uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { Arbitrary, Schema } from "effect"
import { type CommandType, commandTypes, type OrganizationCommand } from "../OrganizationCommand.ts"
import {
  type EventType,
  eventTypes,
  isEventType,
  type KnownEvent,
  type OrganizationEvent
} from "../OrganizationEvent.ts"
import { commandSchemas } from "../protocol.ts"
import { eventSchemas } from "../protocol.ts"
import { clearableFields, fieldArbitraries, statusArbitraries, storedArbitraries } from "./fieldArbitraries.ts"

/** The organization that walks and {@link histories} are mostly about. */
export const walkedOrganizationId: string = uuidOf(0)

type Fields = Readonly<Record<string, unknown>>
type Kind = keyof typeof clearableFields

const identity = Arbitrary.map(
  Arbitrary.all([uuid(1_000_000), uuid(1_000_000), uuid(1_000_000), among("Single", "Transaction")]),
  ([message_id, causation_id, value, kind]) => ({ correlation_id: { kind, value }, causation_id, message_id })
)

/** What is created without metadata has empty ones. */
const mayBeNull = (type: string, name: string, field: Schema.Constraint): boolean =>
  !(name === "metadata" && creations.has(type)) && Schema.is(Schema.toType(field) as Schema.Codec<unknown>)(null)

const creations: ReadonlySet<string> = new Set(
  eventTypes.filter((type) => type.endsWith("Created") || type === "TeamFormed")
)

const arbitrariesOf = (
  type: string,
  fields: Schema.Struct.Fields
): Readonly<Record<string, Arbitrary.Arbitrary<unknown>>> =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => !name.endsWith("_type") || name in fieldArbitraries).map(
      ([name, field]) => {
        const arbitrary = arbitraryOf(type, name, field)
        return [name, mayBeNull(type, name, field) ? orNull(arbitrary) : arbitrary]
      }
    )
  )

const arbitraryOf = (type: string, name: string, field: Schema.Constraint): Arbitrary.Arbitrary<unknown> => {
  const kind = kindOf(type)
  if (name === "identity") return identity
  if (name === "event_id") return uuid(1_000_000)
  if (name === "status") {
    return type === "CreateRole" || type === "RoleCreated"
      ? fieldArbitraries["initial_status_of_role"]!
      : statusArbitraries[kind]
  }
  if (name === "clear" || name === "cleared") return subsetOf(clearableFields[kind])
  if (name === "changes") {
    return Arbitrary.all(arbitrariesOf(type, (field as Schema.Struct<Schema.Struct.Fields>).fields))
  }
  if (name === "transferred" && kind === "Team") {
    return Arbitrary.all({ role_ids: Arbitrary.array(uuid(8), { maxLength: 3 }) })
  }
  return (isEventType(type) ? storedArbitraries[name] : undefined) ?? fieldArbitraries[name]!
}

const kindOf = (type: string): Kind =>
  (Object.keys(clearableFields) as ReadonlyArray<Kind>).findLast((kind) => type.includes(kind)) ?? "Organization"

const subsetOf = (names: ReadonlyArray<string>): Arbitrary.Arbitrary<ReadonlyArray<string>> =>
  Arbitrary.map(upTo(2 ** names.length - 1), (bits) => names.filter((_, index) => (bits & (1 << index)) !== 0))

/** An update may not both set and empty a field. */
const withoutConflicts = (command: Fields): Fields =>
  Array.isArray(command["clear"])
    ? { ...command, clear: command["clear"].filter((name) => command[name] === null) }
    : command

/** The event in the stream of the walked organization. */
const own = (event: Arbitrary.Arbitrary<KnownEvent>): Arbitrary.Arbitrary<KnownEvent> =>
  Arbitrary.map(event, (event) => ({ ...event, [streamField(event)]: walkedOrganizationId }))

const streamField = (event: KnownEvent): string =>
  event.event_type === "OrganizationMerged"
    ? `${event.recorded_on}_organization_id`
    : "parent_organization_id" in event
    ? "parent_organization_id"
    : "organization_id"

/** Any valid command of one type, as `decodeCommandMessage` makes it. */
export const commandOf = (type: CommandType): Arbitrary.Arbitrary<OrganizationCommand> =>
  Arbitrary.map(
    Arbitrary.all(arbitrariesOf(type, commandSchemas[type].fields)),
    (command: Fields) => withoutConflicts({ ...command, command_type: type }) as unknown as OrganizationCommand
  )

/** Any valid command. */
export const anyCommand: Arbitrary.Arbitrary<OrganizationCommand> = oneOf(...commandTypes.map(commandOf))

/** Any event of one type, whether or not a command could lead to it. */
export const eventOf = (type: EventType): Arbitrary.Arbitrary<KnownEvent> =>
  Arbitrary.map(
    Arbitrary.all({
      ...arbitrariesOf(type, eventSchemas[type].fields),
      event_id: uuid(1_000_000),
      legacy: among(false, true)
    }),
    ({ legacy, ...event }: Fields) => {
      const identity = event["identity"] as Fields
      const message_id = legacy === true ? identity["message_id"] : event["event_id"]
      return { ...event, event_type: type, identity: { ...identity, message_id } } as unknown as KnownEvent
    }
  )

/** Any event whose meaning is known. */
export const anyEvent: Arbitrary.Arbitrary<KnownEvent> = oneOf(...eventTypes.map(eventOf))

/** An event that cannot be read. */
export const opaqueEvent: Arbitrary.Arbitrary<OpaqueEvent> = opaqueEvents("OrganizationTeleported", "TeamFormed")

/** What builds comes more often than what changes, or all else would be about nothing. */
const foldedTypes: ReadonlyArray<EventType> = [
  ...eventTypes,
  ...eventTypes.filter((type) => creations.has(type)).flatMap((type) => [type, type])
]

/** An event of the walked organization about a handful of units. */
const ownEvent: Arbitrary.Arbitrary<OrganizationEvent> = oneOf(...foldedTypes.map((type) => own(eventOf(type))))

/** Events in an order that no service would record them in: foreign, repeated, impossible and unreadable ones. */
export const histories: Arbitrary.Arbitrary<ReadonlyArray<OrganizationEvent>> = listOf(
  oneOf<OrganizationEvent>(...Array.from({ length: 18 }, () => ownEvent), anyEvent, opaqueEvent),
  40
)

/** Events in any order, all of which this version can read, so that commands on them get past the history. */
export const foldableHistories: Arbitrary.Arbitrary<ReadonlyArray<OrganizationEvent>> = listOf(ownEvent, 40)
