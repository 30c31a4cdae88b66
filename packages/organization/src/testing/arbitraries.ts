import { Arbitrary, Schema } from "effect"
import { type DecideContext, makeContext } from "../DecideContext.ts"
import type { OpaqueEvent } from "../events/OpaqueEvent.ts"
import { commandSchemas, type CommandType, commandTypes, type OrganizationCommand } from "../OrganizationCommand.ts"
import {
  eventSchemas,
  type EventType,
  eventTypes,
  type KnownEvent,
  type OrganizationEvent
} from "../OrganizationEvent.ts"
import { clearableFields, fieldArbitraries, statusArbitraries } from "./fieldArbitraries.ts"
import { among, listOf, oneOf, orNull, upTo, uuid, uuidOf } from "./valueArbitraries.ts"

/** The organization that {@link walks} and {@link histories} are mostly about. */
export const walkedOrganizationId: string = uuidOf(0)

type Fields = Readonly<Record<string, unknown>>
type Kind = keyof typeof clearableFields

const identity = Arbitrary.map(
  Arbitrary.all([uuid(1_000_000), uuid(1_000_000), uuid(1_000_000), among("Single", "Transaction")]),
  ([message_id, causation_id, value, kind]) => ({ correlation_id: { kind, value }, causation_id, message_id })
)

/** A created organization without metadata has empty ones. */
const mayBeNull = (type: string, name: string, field: Schema.Constraint): boolean =>
  `${type}.${name}` !== "OrganizationCreated.metadata" && Schema.is(Schema.toType(field) as Schema.Codec<unknown>)(null)

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
  if (name === "status") return statusArbitraries[kind]
  if (name === "clear" || name === "cleared") return subsetOf(clearableFields[kind])
  if (name === "changes") {
    return Arbitrary.all(arbitrariesOf(type, (field as Schema.Struct<Schema.Struct.Fields>).fields))
  }
  if (name === "transferred" && kind === "Team") {
    return Arbitrary.all({ role_ids: Arbitrary.array(uuid(8), { maxLength: 3 }) })
  }
  return fieldArbitraries[name]!
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

const own = (event: Arbitrary.Arbitrary<KnownEvent>): Arbitrary.Arbitrary<KnownEvent> =>
  Arbitrary.map(event, (event) =>
    "parent_organization_id" in event
      ? { ...event, parent_organization_id: walkedOrganizationId } as KnownEvent
      : { ...event, organization_id: walkedOrganizationId } as KnownEvent)

/** Without what makes most commands fail: expectations about the version, and a change of status among others. */
const unhindered = (command: OrganizationCommand): OrganizationCommand =>
  command.command_type === "UpdateOrganization"
    ? { ...command, expected_version: null, status: null }
    : { ...command, expected_version: null }

const toWalked = (command: OrganizationCommand): OrganizationCommand =>
  ("parent_organization_id" in command
    ? { ...command, parent_organization_id: walkedOrganizationId }
    : "surviving_organization_id" in command
    ? { ...command, surviving_organization_id: walkedOrganizationId }
    : { ...command, organization_id: walkedOrganizationId }) as OrganizationCommand

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
export const opaqueEvent: Arbitrary.Arbitrary<OpaqueEvent> = Arbitrary.map(
  Arbitrary.all([among("OrganizationTeleported", "TeamFormed"), among(null, 2, 3), among(true, false), uuid(1000)]),
  ([recorded_type, schema_version, readable, event_id]) => ({
    event_type: "Opaque",
    recorded_type,
    schema_version,
    readable,
    event_id,
    command_id: null,
    correlation_id: null,
    data: readable ? JSON.stringify({ event_type: recorded_type, schema_version }) : "{"
  })
)

const foldedTypes: ReadonlyArray<EventType> = [
  "OrganizationCreated",
  "OrganizationUpdated",
  "OrganizationStatusChanged",
  "OrganizationDissolved",
  "ChildOrganizationAdded",
  "ChildOrganizationRemoved"
]

/** Events in an order that no service would record them in: foreign, repeated, impossible and unreadable ones. */
export const histories: Arbitrary.Arbitrary<ReadonlyArray<OrganizationEvent>> = listOf(
  oneOf<OrganizationEvent>(
    ...foldedTypes.flatMap((type) => [own(eventOf(type)), own(eventOf(type)), own(eventOf(type)), eventOf(type)]),
    anyEvent,
    opaqueEvent
  ),
  30
)

/** Events in any order, all of which this version can fold, so that commands on them get past the history. */
export const foldableHistories: Arbitrary.Arbitrary<ReadonlyArray<OrganizationEvent>> = listOf(
  oneOf<OrganizationEvent>(...foldedTypes.map((type) => own(eventOf(type)))),
  30
)

/** Mostly commands that lead on, but every command now and then. */
const walkedTypes = oneOf<CommandType>(
  among("UpdateOrganization"),
  among("UpdateOrganization", "ChangeOrganizationStatus"),
  among("UpdateOrganization", "ChangeOrganizationStatus"),
  oneOf(among(...commandTypes), among<CommandType>("ChangeOrganizationStatus"))
)

const timed = (command: Arbitrary.Arbitrary<OrganizationCommand>) =>
  Arbitrary.map(Arbitrary.all([command, upTo(100_000_000_000), upTo(9)]), ([command, offset, chance]) => {
    const addressed = toWalked(chance < 8 ? unhindered(command) : command)
    return [
      addressed,
      makeContext({ commandId: addressed.identity.message_id, now: 1_700_000_000_000 + offset })
    ] as const
  })

/** A command to the walked organization, at a time that need not be later than that of the command before. */
const step: Arbitrary.Arbitrary<readonly [OrganizationCommand, DecideContext]> = Arbitrary.flatMap(
  walkedTypes,
  (type) => timed(commandOf(type))
)

/** Commands to one organization, in the order they are sent; nearly all walks begin with its creation. */
export const walks: Arbitrary.Arbitrary<ReadonlyArray<readonly [OrganizationCommand, DecideContext]>> = Arbitrary.map(
  Arbitrary.all([timed(commandOf("CreateOrganization")), listOf(step, 30), upTo(9)]),
  ([[creation, context], steps, chance]) =>
    chance === 0 ? steps : [[{ ...creation, expected_version: null }, context] as const, ...steps]
)
