import { Array as Arr, Result, Schema } from "effect"
import { type CommandDefinition, commandEnvelopeFields, type CommandFields } from "../Command.ts"
import { type EventDefinition, eventEnvelopeFields } from "../Event.ts"
import { keptFields } from "../history/Kept.ts"
import { typesMax } from "../memory/RecentCommands.ts"
import type { StateDefinition } from "../State.ts"
import type { Catalog } from "./Catalog.ts"
import { namesUuids } from "./checkParts.ts"
import { type CommandCatalog, type CommandTable, isDefinition, type KnownCommand } from "./CommandCatalog.ts"
import { DefinitionError, shown } from "./DefinitionError.ts"
import type { EventTable, KnownEvent } from "./EventCatalog.ts"

/** What types and tokens are made of, so that they are one token of a subject on every broker. */
const typePattern = /^[A-Z][A-Za-z0-9]{0,63}$/
const tokenPattern = /^[A-Za-z0-9_-]{1,64}$/

/** Throws `DefinitionError` for what could not work, before anything is made of it. */
export const checkDefinition = (
  { name, commands, events, idField, legacyTokens }: Catalog,
  given: { readonly commands: CommandTable; readonly events: EventTable },
  state: StateDefinition<any>
): void => {
  const problems = [
    ...checkTypes("command", given.commands, Array.from(commands.byType.values())),
    ...checkTypes("event", given.events, Array.from(events.byType.values())),
    ...checkOwnFields("command", given.commands, commandEnvelopeFields),
    ...checkOwnFields("event", given.events, eventEnvelopeFields),
    ...Array.from(commands.byType.values()).flatMap((command) => checkCommand(command, idField)),
    ...Array.from(events.byType.values()).flatMap((event) => checkEvent(event, commands.byType, events.schemaVersion)),
    ...Array.from(legacyTokens).flatMap((entry) => checkLegacyToken(entry, commands)),
    ...keptFields.filter((field) => field in state.schema.fields).map((field) =>
      `the state has a field ${shown(field)}, which every aggregate has already`
    )
  ]
  if (problems.length > 0) throw new DefinitionError(name, problems)
}

const checkTypes = (
  what: string,
  given: object,
  known: ReadonlyArray<KnownCommand | KnownEvent>
): ReadonlyArray<string> => {
  // `Map.groupBy` is not in Node 20.
  const tokens = Arr.groupBy(known, ({ token }) => token)
  const count = Object.keys(given).length
  return [
    ...(count === 0
      ? [`it has no ${what}`]
      : count > typesMax
      ? [`it has ${count} ${what}s; at most ${typesMax}`]
      : []),
    ...known.flatMap(({ token, type }) =>
      !typePattern.test(type)
        ? [`${what} ${shown(type)}: a type is a capital letter and up to 63 letters and digits`]
        : tokenPattern.test(token)
        ? []
        : [`${what} ${type}: its token is ${shown(token)}; accepted: 1 to 64 letters, digits, _ and -`]
    ),
    ...Object.entries(tokens).flatMap(([token, same]) =>
      same.length === 1
        ? []
        : [`${what}s ${same.map(({ type }) => type).join(" and ")} have one token, ${shown(token)}`]
    )
  ]
}

const checkCommand = (
  { addressee, creates, fields, neutral, type }: KnownCommand,
  idField: string
): ReadonlyArray<string> => [
  ...Array.from(neutral).filter(([, written]) => written === undefined).map(([field]) =>
    `command ${type} had ${shown(field)} added later, which is no field that may be missing`
  ),
  ...(namesUuids(fields[addressee])
    ? []
    : [`command ${type} is addressed by ${shown(addressee)}, which is no field with an id`]),
  ...(creates === undefined || creates.field.endsWith("_id") && holdsId(creates.field, fields)
    ? []
    : [`command ${type} creates ${shown(creates.field)}, which is no field with an id, <something>_id`]),
  ...(creates?.field === idField && addressee !== idField
    ? [`command ${type} creates the aggregate and is addressed to ${shown(addressee)}`]
    : [])
]

const holdsId = (field: string, fields: CommandFields): boolean =>
  Object.hasOwn(fields, field) && namesUuids(fields[field])

const checkEvent = (
  { addressee, causedBy, creates, fields, type, upcast }: KnownEvent,
  commands: ReadonlyMap<string, KnownCommand>,
  schemaVersion: number
): ReadonlyArray<string> => [
  ...(creates === undefined || holdsId(creates, fields)
    ? []
    : [`event ${type} creates ${shown(creates)}, which is none of its fields with an id`]),
  ...(addressee === undefined || namesUuids(fields[addressee])
    ? []
    : [`event ${type} belongs where ${shown(addressee)} says, which is no field with an id`]),
  ...(isTime(fields["occurred_at"]) ? [] : [`event ${type}: "occurred_at" is no timestamp`]),
  ...causedBy.filter((command) => !commands.has(command)).map((command) =>
    `event ${type} is caused by ${shown(command)}, which is no command`
  ),
  ...Object.entries(upcast).flatMap(([version, step]) =>
    typeof step === "function" && Number.isSafeInteger(Number(version)) && Number(version) >= 1 &&
      Number(version) < schemaVersion
      ? []
      : [`event ${type} has a step from version ${version}; accepted: functions from 1 to ${schemaVersion - 1}`]
  ),
  ...(type === "Opaque" ? ["event Opaque: the name stands for events that cannot be read"] : [])
]

const aTime = "2026-01-02T03:04:05.006Z"

/** Whether a field is written as a canonical timestamp and read as the same. */
const isTime = (field: unknown): boolean => {
  const read = Schema.decodeUnknownResult(field as Schema.Codec<unknown>)
  const time = read(aTime)
  return Result.isSuccess(time) && time.success === aTime && Result.isFailure(read("no time"))
}

const checkLegacyToken = (
  [token, type]: readonly [string, string],
  { byToken, byType }: CommandCatalog
): ReadonlyArray<string> => [
  ...(tokenPattern.test(token)
    ? []
    : [`the older token ${shown(token)} is none; accepted: 1 to 64 letters, digits, _ and -`]),
  ...(byType.has(type) ? [] : [`the older token ${shown(token)} stands for ${shown(type)}, which is no command`]),
  ...(byToken.get(token)?.type ?? type) === type
    ? []
    : [`the older token ${shown(token)} stands for ${type}, and is that of ${byToken.get(token)!.type} already`]
]

/** Own fields that take the name of one that every command or event has. */
const checkOwnFields = (
  what: string,
  table: CommandTable | EventTable,
  taken: ReadonlyArray<string>
): ReadonlyArray<string> =>
  Object.entries(table).flatMap(([type, each]) =>
    Object.keys(isDefinition<CommandDefinition | EventDefinition>(each) ? each.fields : each)
      .filter((field) => taken.includes(field))
      .map((field) => `${what} ${type} has a field ${shown(field)}, which every ${what} has already`)
  )
