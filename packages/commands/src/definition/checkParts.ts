import { Result, Schema } from "effect"
import type { CommandDefinition } from "../Command.ts"
import type { EventDefinition } from "../Event.ts"
import { statusOf } from "../Rejection.ts"
import type { StateDefinition } from "../State.ts"
import { beyondJson, checkFields, isRecord, refusalOf } from "./checkFields.ts"
import { checkOptions } from "./checkOptions.ts"
import { isDefinition } from "./CommandCatalog.ts"
import { DefinitionError, shown } from "./DefinitionError.ts"

/** The parts of a definition as somebody may give them who is not held to the types. */
interface Parts {
  readonly name: unknown
  readonly id: unknown
  readonly commands: unknown
  readonly events: unknown
  readonly errors: unknown
  readonly schemaVersion?: unknown
  readonly evolveVersion?: unknown
  readonly decide: unknown
  readonly evolve: unknown
  readonly gate?: unknown
  readonly sizeOf?: unknown
  readonly noun?: unknown
  readonly legacyTokens?: unknown
  readonly limits?: unknown
}

const parts: ReadonlyArray<string> = [
  "name",
  "noun",
  "id",
  "commands",
  "events",
  "schemaVersion",
  "errors",
  "state",
  "initial",
  "evolveVersion",
  "limits",
  "sizeOf",
  "legacyTokens",
  "gate",
  "decide",
  "evolve"
]

/** Throws `DefinitionError` for what has no parts. */
export const checkIsRecord = (definition: unknown): void => {
  if (isRecord(definition)) return
  throw new DefinitionError(definition, [
    `it is ${shown(definition)}; accepted: a record of ${parts.join(", ")}`
  ])
}

/** What a name is, so that it is one token of a subject and begins the name of a stream on every broker. */
const namePattern = /^[a-z][a-z0-9]{0,31}$/

/**
 * Throws `DefinitionError` for parts that nothing can be made of. What is made of them is looked at by `checkDefinition`.
 */
export const checkParts = (given: Parts, state: StateDefinition<any> | undefined, taken: Iterable<string>): void => {
  const { commands, errors, events, evolveVersion = 1, id, name, schemaVersion = 1 } = given
  const problems = [
    ...(typeof name === "string" && namePattern.test(name)
      ? []
      : [`its name is ${shown(name)}; accepted: 1 to 32 of a-z and 0-9, a letter first`]),
    ...(namesUuids(id) ? [] : ["its id is no identifier(…): it is to take UUIDs, and nothing else"]),
    ...Object.keys(given).filter((part) => !parts.includes(part)).map((part) =>
      `it has a part ${shown(part)}; accepted: ${parts.join(", ")}`
    ),
    ...checkNoun(given.noun),
    ...checkRecord("limits", given.limits, "a record of bounds"),
    ...checkRecord("legacyTokens", given.legacyTokens, "a record of types of commands"),
    ...checkVersion("schemaVersion", schemaVersion),
    ...checkVersion("evolveVersion", evolveVersion),
    ...checkTable("command", commands),
    ...checkTable("event", events),
    ...checkErrors(errors, new Set(taken)),
    ...checkFunctions(given),
    ...(state === undefined
      ? ["its state is no Schema.Struct and no State.make(…): nobody knows how to store it"]
      : checkFields("the state", state.schema.fields))
  ]
  if (problems.length > 0) throw new DefinitionError(name, problems)
}

const aUuid = "0198c0de-0000-7000-8000-000000000001"

/**
 * Whether a field holds ids, in whatever spelling, and no other text: ids are remembered as the 16 bytes that they stand for, and
 * are tokens of subjects.
 */
export const namesUuids = (field: unknown): boolean => {
  if (!Schema.isSchema(field)) return false
  const read = (value: unknown) => Schema.decodeUnknownResult(field as Schema.Codec<unknown>)(value)
  let isId = false
  refusalOf(() => {
    const id = read(aUuid)
    isId = Result.isSuccess(id) && id.success === aUuid && ["no.id", "", null].every((no) => Result.isFailure(read(no)))
  })
  return isId
}

const checkVersion = (what: string, version: unknown): ReadonlyArray<string> =>
  Number.isSafeInteger(version) && version as number >= 1
    ? []
    : [`its ${what} is ${shown(version)}; accepted: a whole number from 1`]

const checkNoun = (noun: unknown): ReadonlyArray<string> =>
  noun === undefined || typeof noun === "string" && /^\S(?:.{0,62}\S)?$/u.test(noun)
    ? []
    : [`its noun is ${shown(noun)}; accepted: 1 to 64 characters on one line, no space around them`]

const checkRecord = (part: string, given: unknown, accepted: string): ReadonlyArray<string> =>
  given === undefined || isRecord(given) ? [] : [`its ${part} are ${shown(given)}; accepted: ${accepted}`]

/** What would be called for the first time when somebody sends a command. */
const checkFunctions = ({ decide, evolve, gate, sizeOf }: Parts): ReadonlyArray<string> =>
  Object.entries({
    decide,
    evolve,
    ...(gate === undefined ? {} : { gate }),
    ...(sizeOf === undefined ? {} : { sizeOf })
  })
    .flatMap(([name, given]) =>
      typeof given === "function" ? [] : [`its ${name} is ${shown(given)}; accepted: a function`]
    )

const checkTable = (what: "command" | "event", table: unknown): ReadonlyArray<string> => {
  if (!isRecord(table)) return [`its ${what}s are no record of types`]
  return Object.entries(table).flatMap(([type, given]) => {
    const owner = `${what} ${type}`
    if (!isRecord(given)) return [`${owner} has no record of fields`]
    const each = given as Schema.Struct.Fields | CommandDefinition | EventDefinition
    const isMore = isDefinition<CommandDefinition | EventDefinition>(each)
    const fields: unknown = isMore ? each.fields : each
    if (!isRecord(fields)) return [`${owner} has no record of fields`]
    const wrong = [...checkFields(owner, fields), ...(isMore ? checkOptions(what, type, each) : [])]
    if (wrong.length > 0) return wrong
    // Of all together, for the names of fields that no struct can have.
    const why = refusalOf(() => Schema.decodeUnknownResult(structOf(fields)))
    return why === undefined || Object.keys(fields).length === 0 ? [] : [`${owner}: ${why}`]
  })
}

const structOf = (fields: object) =>
  Schema.Struct(fields as Schema.Struct.Fields) as unknown as Schema.Codec<unknown, unknown>

const checkErrors = (errors: unknown, taken: ReadonlySet<string>): ReadonlyArray<string> =>
  isRecord(errors)
    ? Object.entries(errors).flatMap(([key, kind]) => checkError(key, kind, taken))
    : ["its errors are no record of kinds"]

const checkError = (key: string, kind: unknown, taken: ReadonlySet<string>): ReadonlyArray<string> => {
  if (taken.has(key)) return [`error ${key}: every service has an error of this name already`]
  if (!isRecord(kind) || typeof kind["make"] !== "function" || !Schema.isSchema(kind["schema"])) {
    return [`error ${key} is not made by Rejection.make(…)`]
  }
  const [tag, category] = [literalOf(kind["schema"], "_tag"), literalOf(kind["schema"], "category")]
  return [
    ...(tag === key ? [] : [`error ${key} is made with the tag ${shown(tag)}`]),
    ...(typeof category === "string" && Object.hasOwn(statusOf, category)
      ? []
      : [`error ${key} has category ${shown(category)}; accepted: ${Object.keys(statusOf).join(", ")}`]),
    ...checkDetails(key, fieldOf(kind["schema"], "details"))
  ]
}

const checkDetails = (key: string, details: unknown): ReadonlyArray<string> => {
  if (!Schema.isSchema(details)) return [`error ${key} has no details`]
  const beyond = beyondJson(details as Schema.Codec<unknown, unknown>)
  return beyond === undefined ? [] : [`error ${key}: its details may hold ${beyond}, which JSON does not have`]
}

const fieldOf = (schema: object, field: string): unknown =>
  "fields" in schema && isRecord(schema.fields) ? schema.fields[field] : undefined

const literalOf = (schema: object, field: string): unknown =>
  (fieldOf(schema, field) as { readonly literal?: unknown } | undefined)?.literal
