import { commandTable, type CommandType } from "@cim-domain/organization"
import { Clock, DateTime, Effect, Option, Result, Schema, SchemaAST } from "effect"
import { type Argument, Flag } from "effect/cli"

/** How a value is typed. */
export type Param = Flag.Flag<unknown> | Argument.Argument<unknown>

/** How a field is typed: with this description, as a flag of another name than its own, or as something made by hand. */
export type Typed = string | readonly [flag: string, description: string] | Param

/**
 * What is typed for a field of a command. Kind, names to choose from, and whether it may be left out follow from the definition;
 * what is left out is `null`, as on the wire.
 */
export const paramOf = (type: CommandType, field: string, typed: Typed): Param => {
  if (isParam(typed)) return typed
  const [name, description] = typeof typed === "string" ? [nameOf(field), typed] : typed
  const { fields, options } = commandTable[type]
  const schema = fields[field as keyof typeof fields] as Field
  const mayBeLeftOut = SchemaAST.isOptional(SchemaAST.toEncoded(schema.ast)) || field === options.creates ||
    field in (options.defaults?.({}) ?? {})
  return flagOf(schema, name, description, mayBeLeftOut)
}

/** The names that may stand in a field. */
export const namesIn = ({ ast }: Pick<Field, "ast">): ReadonlyArray<string> => literalsOf(typesOf(ast))

/** A choice where `Other:Joint venture` stands for one of one's own. */
export const openChoice = (schema: Pick<Field, "ast">, name: string, description: string): Flag.Flag<unknown> =>
  Flag.String(name).pipe(
    Flag.withDescription(`${description}: ${[...namesIn(schema), "Other:<label>"].join(", ")}`),
    Flag.map((text) => text.startsWith("Other:") ? { Other: text.slice("Other:".length) } : text)
  )

type Field = Schema.Codec<unknown, unknown>

const isParam = (typed: Typed): typed is Param => typeof typed !== "string" && !Array.isArray(typed)

const nameOf = (field: string): string =>
  field.endsWith("_type") ? "type" : field.replace(/_id$/, "").replaceAll("_", "-")

/** The kinds of values that a schema takes, `null` aside. */
const typesOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const type = SchemaAST.toType(ast)
  return type._tag === "Union" ? type.types.flatMap(typesOf) : type._tag === "Null" ? [] : [type]
}

const literalsOf = (types: ReadonlyArray<SchemaAST.AST>): ReadonlyArray<string> =>
  types.flatMap((type) => type._tag === "Literal" ? [String(type.literal)] : [])

const flagOf = (schema: Field, name: string, description: string, mayBeLeftOut: boolean): Flag.Flag<unknown> => {
  const types = typesOf(schema.ast)
  const [first] = types
  const described = Flag.withDescription(description)
  const ifGiven = <A>(flag: Flag.Flag<A>): Flag.Flag<A | null> =>
    mayBeLeftOut ? flag.pipe(Flag.optional, Flag.map(Option.getOrNull)) : flag
  const names = literalsOf(types)
  if (names.length > 0) {
    const isOpen = types.length > names.length
    return ifGiven(isOpen ? openChoice(schema, name, description) : described(Flag.Literals(name, names)))
  }
  switch (first?._tag) {
    case "Boolean":
      return described(Flag.withDefault(Flag.Boolean(name), false))
    case "Number":
      return ifGiven(described(Flag.withMetavar(Flag.Int(name), "N")))
    case "Arrays":
      return listOf(literalsOf(first.rest.flatMap(typesOf)), name, description)
    case "Declaration":
      return ifGiven(Flag.withSchema(described(Flag.withMetavar(Flag.String(name), "JSON")), json))
  }
  if (takes(schema, anyId)) return ifGiven(described(Flag.withMetavar(Flag.String(name), "UUID")))
  if (takes(schema, anyTime)) return mayBeLeftOut ? ifGiven(time(name, description)) : since(name, description)
  return ifGiven(described(Flag.String(name)))
}

/** A list, one item each time the flag is given. Not given means no change, and one empty item the empty list. */
const listOf = (names: ReadonlyArray<string>, name: string, description: string): Flag.Flag<unknown> =>
  names.length > 0
    ? Flag.Literals(name, names).pipe(
      Flag.withDescription(`${description}; may be repeated`),
      Flag.atMost(names.length)
    )
    : Flag.String(name).pipe(
      Flag.withDescription(`${description}; may be repeated, and "" alone stands for none`),
      Flag.atMost(200),
      Flag.map((items) => items.length === 0 ? null : items.filter((item) => item !== ""))
    )

const time = (name: string, description: string): Flag.Flag<string> =>
  Flag.String(name).pipe(Flag.withMetavar("TIME"), Flag.withDescription(`${description} (a date, or RFC 3339)`))

/** Since when a command holds; now when it is not given. */
const since = (name: string, description: string): Flag.Flag<string> =>
  Flag.String(name).pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription(`${description} (a date, or RFC 3339); now when not given, never in the future`),
    Flag.withDefault(Effect.map(Clock.currentTimeMillis, (now) => DateTime.formatIso(DateTime.makeUnsafe(now))))
  )

const json = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))
const anyId = "0198c0de-0000-7000-8000-000000000001"
const anyTime = "2025-08-19T09:30:00.000Z"

/** Whether a field of texts takes this one and not just any. */
const takes = (schema: Field, text: string): boolean => {
  const read = Schema.decodeUnknownResult(schema)
  return Result.isSuccess(read(text)) && Result.isFailure(read("any"))
}
