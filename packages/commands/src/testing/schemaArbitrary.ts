import { Arbitrary, Effect, Equal, Result, Schema, SchemaAST } from "effect"
import { Metadata, StoredMetadata } from "../fields/Metadata.ts"
import { Timestamp } from "../fields/Timestamp.ts"
import { uuidPattern } from "../fields/uuid.ts"
import { among, instant, listOf, metadata, oneOf, uuid } from "./valueArbitraries.ts"

/** How values are made; see {@link schemaArbitrary}. */
export interface SchemaArbitraryOptions {
  /** Generators by the name of a field, wherever it stands, in place of what follows from its schema. */
  readonly fields?: { readonly [field: string]: Arbitrary.Arbitrary<any> } | undefined
  /** Out of how many ids those in fields are drawn. Few, so that messages speak of the same things. Default 4. */
  readonly ids?: number | undefined
}

/** Texts that have been trouble before; those that a schema takes are drawn as often as any other. */
const texts = ["Acme", "Ümläut & Söhne", "株式会社", "a", "Zoë 🏢", "constructor", "__proto__", "7", "A-1", ""]

/** Texts in forms that fields ask for; one that takes some of them, and none of those above, is given these alone. */
const formats = [
  "2026-01-31",
  "2026-02-01",
  "12:30",
  "ada@example.org",
  "zoe@example.com",
  "+4930123456",
  "+12025550123",
  "https://example.org/a",
  "EUR",
  "de",
  "#00ff7f",
  "1.0.0"
]

const itemsMax = 4

/**
 * Values of a schema as reading a message gives them: what the schema says of a value, brought into the one form that is written
 * and read again. Ids are few, times are of these years, and texts are well-formed.
 *
 * A schema that reads from anything, as the fields of this package do, is followed from the side of its values. Throws for one
 * that no values can be found for; name a generator for it in `fields`.
 */
export const schemaArbitrary = <A>(
  schema: Schema.Codec<A, unknown>,
  options: SchemaArbitraryOptions = usual
): Arbitrary.Arbitrary<A> => valuesOf(schema.ast, options)

/** Values of a schema as a program may hold them, whatever becomes of them when they are written and read. */
export const describedValues = <A>(
  schema: Schema.Codec<A, unknown>,
  options: SchemaArbitraryOptions = usual
): Arbitrary.Arbitrary<A> => ownValues(SchemaAST.toType(schema.ast), options)

const usual: SchemaArbitraryOptions = {}

type Values = Arbitrary.Arbitrary<any>

type AnyCodec = Schema.Codec<unknown, unknown>

const schemaOf = (ast: SchemaAST.AST) => Schema.make(ast) as unknown as AnyCodec

/** One schema stands in many messages, and to find out how its values are had takes a while. */
const found = new WeakMap<SchemaArbitraryOptions, WeakMap<SchemaAST.AST, Values>>()

const valuesOf = (ast: SchemaAST.AST, options: SchemaArbitraryOptions): Values => {
  const known = found.get(options) ?? new WeakMap<SchemaAST.AST, Values>()
  found.set(options, known)
  const values = known.get(ast) ??
    (ast.encoding === undefined ? ownValues(ast, options) : readValues(ast, ast.encoding, options))
  known.set(ast, values)
  return values
}

/**
 * What reading gives for what is written of values: of those that the schema describes, or of those that they are made from where
 * most of the former cannot be read.
 */
const readValues = (ast: SchemaAST.AST, encoding: SchemaAST.Encoding, options: SchemaArbitraryOptions): Values => {
  const read = Schema.decodeUnknownResult(schemaOf(ast))
  const from = (source: AnyCodec, values: Values): Values => {
    const write = Schema.encodeUnknownResult(source)
    return Arbitrary.filterMap(values, (value) => {
      try {
        return Result.flatMap(write(value), read)
      } catch (thrown) {
        // A codec that throws is a fault, and whoever looks for faults wants the value for which it does.
        return source.ast === ast ? Result.succeed(value) : Result.fail(thrown)
      }
    })
  }
  const own = ownValues(ast, options)
  if (isExact(ast) && comesBack(schemaOf(ast), own)) return own
  const sources = encoding.map((_, index) => stageOf(encoding, index)).filter(({ ast }) => ast._tag !== "Unknown")
  return mostYielding([
    () => from(schemaOf(ast), own),
    ...sources.map((source) => () => from(source, valuesOf(source.ast, options)))
  ], ast)
}

/** Whether there is only one way to say each value, so that a few show whether reading changes any. */
const isExact = (ast: SchemaAST.AST): boolean => {
  switch (ast._tag) {
    case "Literal":
    case "Null":
    case "Boolean":
      return true
    case "String":
      return patternsOf(ast.checks ?? []).some((pattern) => uuidPatterns.has(pattern) || pattern === timestampPattern)
    case "Union":
      return ast.types.every(isExact)
    case "Arrays":
      return [...ast.elements, ...ast.rest].every(isExact)
    case "Objects":
      return ast.indexSignatures.length === 0 && ast.propertySignatures.every(({ type }) => isExact(type))
    default:
      return false
  }
}

const comesBack = (schema: AnyCodec, values: Values): boolean => {
  const [write, read] = [Schema.encodeUnknownResult(schema), Schema.decodeUnknownResult(schema)]
  return Effect.runSync(Effect.orDie(Arbitrary.sampleEffect(values, { count: samples, seed: 1 }))).every((value) => {
    try {
      const again = Result.flatMap(write(value), read)
      return Result.isSuccess(again) && Equal.equals(again.success, value)
    } catch {
      return false
    }
  })
}

/** What a link of a chain of transformations begins at, with the links before it. The last link is the first to be read. */
const stageOf = (encoding: SchemaAST.Encoding, index: number): AnyCodec => {
  const own = schemaOf(encoding[index]!.to)
  const before = encoding[index + 1]
  return before === undefined ? own : Schema.make(
    stageOf(encoding, index + 1).pipe(Schema.decodeTo(own, before.transformation as never)).ast
  )
}

const samples = 20

/** The first generator all of whose values can be used, else the one with most of them. */
const mostYielding = (makes: ReadonlyArray<() => Values>, ast: SchemaAST.AST): Values => {
  let best: { readonly values: Values; readonly count: number } | undefined
  for (const make of makes) {
    const values = make()
    const count = countOf(values)
    if (count === samples) return values
    if (count > (best?.count ?? 0)) best = { values, count }
  }
  if (best === undefined) throw new Error(`no values can be found for a schema of the kind ${ast._tag}`)
  return best.values
}

const countOf = (values: Values): number => {
  const sampled = Effect.runSync(Effect.result(
    Arbitrary.sampleEffect(values, { count: samples, maxDiscards: samples / 2, seed: 1 })
  ))
  return Result.isSuccess(sampled) ? samples : sampled.failure.generated
}

/** Values that a schema describes, however they are written. */
const ownValues = (ast: SchemaAST.AST, options: SchemaArbitraryOptions): Values => {
  const known = () => Arbitrary.schema(schemaOf(SchemaAST.toType(ast)))
  const made = composed(ast, options)
  if (made === undefined) return known()
  if (ast.checks === undefined) return made
  const passes = Schema.is(schemaOf(SchemaAST.toType(ast)))
  return mostYielding([() => Arbitrary.filter(made, passes), known], ast)
}

/** Values made of those of the parts of a schema, where its parts matter. */
const composed = (ast: SchemaAST.AST, options: SchemaArbitraryOptions): Values | undefined => {
  switch (ast._tag) {
    case "String":
      return textValues(ast, options)
    case "Number":
      // JSON does not keep the sign of 0.
      return Arbitrary.map(Arbitrary.schema(schemaOf(SchemaAST.toType(ast))), (value) => value === 0 ? 0 : value)
    case "Declaration":
      return declared.get(ast.run)
    case "Union":
      return oneOf(...ast.types.map((type) => valuesOf(type, options)))
    case "Arrays":
      return ast.rest.length > 1 ? undefined : Arbitrary.map(
        Arbitrary.all([
          Arbitrary.all(ast.elements.map((element) => valuesOf(element, options))),
          ...ast.rest.map((item) => listOf(valuesOf(item, options), itemsMax))
        ]),
        (parts) => parts.flat(1)
      )
    case "Objects":
      return ast.indexSignatures.length > 0 || ast.propertySignatures.some(({ name }) => typeof name === "symbol")
        ? undefined
        : objectValues(ast, options)
    default:
      return undefined
  }
}

const absent = Symbol("absent")

const objectValues = ({ propertySignatures }: SchemaAST.Objects, options: SchemaArbitraryOptions): Values =>
  Arbitrary.map(
    Arbitrary.all(Object.fromEntries(propertySignatures.map(({ name, type }) => {
      const values = options.fields?.[String(name)] ?? valuesOf(type, options)
      return [name, type.context?.isOptional === true ? oneOf<unknown>(values, Arbitrary.Constant(absent)) : values]
    }))),
    (made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== absent))
  )

/** The generators of declared values that say nothing of what they hold. */
const declared: ReadonlyMap<unknown, Values> = new Map([[Metadata, metadata], [StoredMetadata, metadata]].map((
  [schema, values]
) => [(schema as typeof Metadata).ast.run, values as Values]))

const textValues = (ast: SchemaAST.String, { ids = 4 }: SchemaArbitraryOptions): Values => {
  const accepts = Schema.is(schemaOf(SchemaAST.toType(ast)))
  const patterns = patternsOf(ast.checks ?? [])
  if (patterns.some((pattern) => uuidPatterns.has(pattern))) return uuid(ids)
  if (patterns.includes(timestampPattern)) return instant
  const usual = texts.filter((text) => accepts(text))
  const formed = usual.length > 0 ? [] : formats.filter((text) => accepts(text))
  if (formed.length > 0) return among(...formed)
  const any = Arbitrary.filter(Arbitrary.schema(schemaOf(SchemaAST.toType(ast))), (text) => String(text).isWellFormed())
  return usual.length === 0 ? any : oneOf<unknown>(among(...usual), any)
}

const patternsOf = (checks: ReadonlyArray<SchemaAST.Check<any>>): ReadonlyArray<string> =>
  checks.flatMap((check) =>
    check._tag === "FilterGroup"
      ? patternsOf(check.checks)
      : (check.annotations?.arbitraryConstraint?.patterns ?? []).map(({ source }) => source)
  )

/** Those of ids: of this package, and of Effect. */
const uuidPatterns: ReadonlySet<string> = new Set(
  [uuidPattern.source, ...patternsOf(Schema.String.check(Schema.isUUID()).ast.checks ?? [])]
)
const [timestampPattern = ""] = patternsOf(Timestamp.ast.checks ?? [])
