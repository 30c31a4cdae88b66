import { Result, Schema } from "effect"
import { type CommandDefinition, commandEnvelopeFields, type CommandFields } from "../Command.ts"
import { type EventDefinition, eventEnvelopeFields } from "../Event.ts"
import { keptFields } from "../history/Kept.ts"
import { typesMax } from "../memory/RecentCommands.ts"
import { type AnyRejection, statusOf } from "../Rejection.ts"
import type { StateDefinition } from "../State.ts"
import type { Catalog } from "./Catalog.ts"
import { type CommandTable, isDefinition, type KnownCommand } from "./CommandCatalog.ts"
import type { EventTable, KnownEvent } from "./EventCatalog.ts"

/** A definition that cannot work: every reason, each naming the place. */
export class DefinitionError extends Error {
  readonly problems: ReadonlyArray<string>

  constructor(name: string, problems: ReadonlyArray<string>) {
    super(`the definition of ${JSON.stringify(name)} cannot work:\n${problems.map((line) => `- ${line}`).join("\n")}`)
    this.name = "DefinitionError"
    this.problems = problems
  }
}

/** What names, types and tokens are made of, so that they are one token of a subject on every broker. */
const namePattern = /^[a-z][a-z0-9]{0,31}$/
const typePattern = /^[A-Z][A-Za-z0-9]{0,63}$/
const tokenPattern = /^[A-Za-z0-9_-]{1,64}$/

/** Throws {@link DefinitionError} for what could not work, before anything is made of it. */
export const checkDefinition = (
  { name, commands, events, errors, idField }: Catalog,
  given: { readonly commands: CommandTable; readonly events: EventTable; readonly errors: object },
  state: StateDefinition<any>
): void => {
  const problems = [
    ...(namePattern.test(name) ? [] : [`its name is ${shown(name)}; accepted: 1 to 32 of a-z and 0-9, a letter first`]),
    ...checkTypes("command", given.commands, Array.from(commands.byType.values())),
    ...checkTypes("event", given.events, Array.from(events.byType.values())),
    ...checkFields("command", given.commands, commandEnvelopeFields),
    ...checkFields("event", given.events, eventEnvelopeFields),
    ...Array.from(commands.byType.values()).flatMap((command) => checkCommand(command, idField)),
    ...Array.from(events.byType.values()).flatMap(checkEvent),
    ...Object.entries(errors).flatMap(([key, kind]) => checkError(key, kind)),
    ...keptFields.filter((field) => field in state.schema.fields).map((field) =>
      `the state has a field ${shown(field)}, which every aggregate has already`
    )
  ]
  if (problems.length > 0) throw new DefinitionError(name, problems)
}

/** What is wrong with a state that nothing says how to store. */
export const stateWithoutCodec = (name: string): DefinitionError =>
  new DefinitionError(name, ["its state is no Schema.Struct and no State.make(…): nobody knows how to store it"])

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)

const checkTypes = (
  what: string,
  given: object,
  known: ReadonlyArray<KnownCommand | KnownEvent>
): ReadonlyArray<string> => {
  const tokens = Map.groupBy(known, ({ token }) => token)
  const count = Object.keys(given).length
  return [
    ...(count === 0
      ? [`it has no ${what}`]
      : count > typesMax
      ? [`it has ${count} ${what}s; at most ${typesMax}`]
      : []),
    ...known.flatMap(({ token, type }) => [
      ...(typePattern.test(type)
        ? []
        : [`${what} ${shown(type)}: a type is a capital letter and up to 63 letters and digits`]),
      ...(tokenPattern.test(token)
        ? []
        : [`${what} ${type}: its token is ${shown(token)}; accepted: 1 to 64 letters, digits, _ and -`])
    ]),
    ...Array.from(tokens).flatMap(([token, same]) =>
      same.length === 1
        ? []
        : [`${what}s ${same.map(({ type }) => type).join(" and ")} have one token, ${shown(token)}`]
    )
  ]
}

const checkCommand = ({ addressee, creates, fields, type }: KnownCommand, idField: string): ReadonlyArray<string> => [
  ...(addressee in fields ? [] : [`command ${type} has no field ${shown(addressee)}, which is to name its aggregate`]),
  ...(creates === undefined || takesId(creates.field, fields)
    ? []
    : [`command ${type} creates ${shown(creates.field)}, which is no field with an id, <something>_id`]),
  ...(creates?.field === idField && addressee !== idField
    ? [`command ${type} creates the aggregate and is addressed to ${shown(addressee)}`]
    : [])
]

const takesId = (field: string, fields: CommandFields): boolean =>
  field.endsWith("_id") && field in fields &&
  Result.isSuccess(Schema.decodeUnknownResult(fields[field] as Schema.Codec<unknown>)(anyId))

const anyId = "0198c0de-0000-7000-8000-000000000001"

const checkEvent = ({ creates, fields, type }: KnownEvent): ReadonlyArray<string> => [
  ...(creates === undefined || creates in fields
    ? []
    : [`event ${type} creates ${shown(creates)}, which is none of its fields`]),
  ...(type === "Opaque" ? ["event Opaque: the name stands for events that cannot be read"] : [])
]

const checkError = (key: string, kind: AnyRejection): ReadonlyArray<string> => {
  const tag = literalOf(kind, "_tag")
  const category = literalOf(kind, "category")
  return [
    ...(tag === key ? [] : [`error ${key} is made with the tag ${shown(tag)}`]),
    ...(typeof category === "string" && Object.hasOwn(statusOf, category)
      ? []
      : [`error ${key} has category ${shown(category)}; accepted: ${Object.keys(statusOf).join(", ")}`])
  ]
}

const literalOf = ({ schema }: AnyRejection, field: string): unknown =>
  (schema.fields[field] as { readonly literal?: unknown } | undefined)?.literal

/** Own fields that take the name of one that every command or event has. */
const checkFields = (
  what: string,
  table: CommandTable | EventTable,
  taken: ReadonlyArray<string>
): ReadonlyArray<string> =>
  Object.entries(table).flatMap(([type, each]) =>
    Object.keys(isDefinition<CommandDefinition | EventDefinition>(each) ? each.fields : each)
      .filter((field) => taken.includes(field))
      .map((field) => `${what} ${type} has a field ${shown(field)}, which every ${what} has already`)
  )
