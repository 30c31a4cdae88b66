import { Cause, Effect, Option, Result, Schema, SchemaGetter, SchemaIssue } from "effect"

type AnySchema = Schema.Codec<any, any>

/** Makes a schema anew, so that one copy can be installed and the other not. */
type Make = () => AnySchema

class Person extends Schema.Class<Person>("Person")({ name: Schema.NonEmptyString, age: Schema.NumberFromString }) {}
class Employee extends Person.extend<Employee>("Employee")({ role: Schema.Literals(["lead", "member"]) }) {}
class Cat extends Schema.TaggedClass<Cat>()("Cat", { lives: Schema.Int }) {}
class Dog extends Schema.TaggedClass<Dog>()("Dog", { tricks: Schema.Array(Schema.String) }) {}
class Refused extends Schema.TaggedError<Refused>()("Refused", { why: Schema.String }) {
  override get message() {
    return this.why
  }
}

const { Array, Finite, Int, Literal, Literals, NumberFromString, Record, String, Struct, Tuple, Union } = Schema

const key = Symbol.for("ordinary")
const colour = { Red: "red", Green: 1 } as const
const positive = Schema.isGreaterThan(0)
const issue = new SchemaIssue.InvalidValue({ message: "no" })
const short = Schema.makeFilter((text: string) => text.length < 5 || "too long")
const same = SchemaGetter.transform((value: string) => value)

const tree = (): AnySchema => {
  const made: AnySchema = Struct({ name: String, children: Array(Schema.suspend((): AnySchema => made)) })
  return made
}

/** Its tags come last, and all of its members hold others: whoever reads a member to refuse it reads 2 to the depth. */
const expression = (): AnySchema => {
  const all: AnySchema = Schema.suspend((): AnySchema => made)
  const made: AnySchema = Union([
    Struct({ of: Array(all), kind: Literal("sum") }),
    Struct({ of: Array(all), kind: Literal("product") }),
    Finite
  ])
  return made
}

const primitives: Readonly<Record<string, Make>> = {
  "a string in a struct": () => Struct({ a: String }),
  "primitives": () => Struct({ n: Schema.Number, b: Schema.Boolean, u: Schema.Unknown, a: Schema.Any }),
  "nothing of some kind": () =>
    Struct({ n: Schema.Null, u: Schema.Undefined, v: Schema.Void, o: Schema.optionalKey(Schema.Never) }),
  "big integers and symbols": () => Struct({ b: Schema.BigInt, s: Schema.Symbol, u: Schema.UniqueSymbol(key) }),
  "any object": () => Struct({ a: Schema.ObjectKeyword, b: Struct({}) }),
  "literals": () => Union([Literal("a"), Literal(0), Literal(true), Literal(1n)]),
  "literals with 0 among them": () => Struct({ a: Union([Literal("a"), Literal(0)]) }),
  "0": () => Struct({ a: Literal(0), b: Schema.optionalKey(Literal(1n)) }),
  "an enumeration": () => Array(Schema.Enum(colour)),
  "a template literal": () => Struct({ a: Schema.TemplateLiteral(["v", Schema.Int, "-", String]) }),
  "a template literal that is read": () => Schema.TemplateLiteralParser(["v", Schema.NumberFromString]),
  "checks": () => Struct({ a: Finite.check(positive, Schema.isLessThan(10)), b: String.check(short) }),
  "a group of checks": () =>
    Struct({ a: Finite.check(Schema.makeFilterGroup([positive, Schema.isLessThan(10)])), b: Schema.NonEmptyString }),
  "a check that ends it": () => Struct({ a: String.check(short.abort(), Schema.isPattern(/^a/)) }),
  "a brand": () => Struct({ a: String.pipe(Schema.check(Schema.isUUID()), Schema.brand("Id")), n: Schema.Natural })
}

const composites: Readonly<Record<string, Make>> = {
  "an empty struct": () => Struct({}),
  "a nested struct": () => Struct({ a: Struct({ b: Struct({ c: NumberFromString }) }), d: Int }),
  "optional keys": () => Struct({ a: Schema.optionalKey(String), b: Schema.optional(Int), c: String }),
  "keys to write to": () => Struct({ a: Schema.mutableKey(String) }),
  "null and undefined": () =>
    Struct({ a: Schema.NullOr(Int), b: Schema.UndefinedOr(String), c: Schema.NullishOr(Struct({ d: Int })) }),
  "a key that is a symbol": () => Struct({ [key]: String, a: Int }),
  "odd keys": () => Struct({ ["__proto__"]: String, "a\"]}": Int, "`${0}`": Schema.Null, 7: Int, constructor: Int }),
  "a check of the whole": () =>
    Struct({ a: Finite, b: Finite }).check(Schema.makeFilter(({ a, b }) => a <= b || "a is more than b")),
  "a check of what is written": () =>
    Struct({ a: NumberFromString }).check(Schema.makeFilter(({ a }) => a > 0)).pipe(
      Schema.encodeTo(Struct({ a: String }), { decode: SchemaGetter.passthrough(), encode: SchemaGetter.passthrough() })
    ),
  "a struct with a rest": () => Schema.StructWithRest(Struct({ a: Int }), [Record(Schema.String, Schema.Number)]),
  "a record": () => Record(String, NumberFromString),
  "a record of few keys": () => Record(Literals(["a", "b"]), Int),
  "a record with checked keys": () => Record(String.check(short), Int),
  "a record with keys that are read": () => Record(Schema.TemplateLiteral(["k", Int]), Int),
  "a record of a size": () => Record(String, Int).check(Schema.isMinProperties(1)),
  "an array": () => Array(Struct({ a: NumberFromString })),
  "an array that is not empty": () => Schema.NonEmptyArray(NumberFromString),
  "an array without repetition": () => Schema.UniqueArray(Int),
  "an array or a single": () => Schema.ArrayEnsure(Int),
  "a tuple": () => Tuple([String, NumberFromString]),
  "a tuple with an optional end": () => Tuple([String, Schema.optionalKey(NumberFromString)]),
  "a tuple with a rest": () => Schema.TupleWithRest(Tuple([Int]), [NumberFromString, Schema.Boolean, String]),
  "a union": () => Union([NumberFromString, Schema.Boolean, Array(Int), Struct({ a: Int })]),
  "a union of overlapping structs": () => Union([Struct({ a: NumberFromString }), Struct({ a: String, b: Int })]),
  "a union of what differs by a check": () => Array(Union([String.check(Schema.isMaxLength(2)), Schema.Trim])),
  "exactly one of": () => Union([Struct({ a: Int }), Struct({ b: String })], { mode: "oneOf" }),
  "tagged structs": () => Schema.TaggedUnion({ One: { a: NumberFromString }, Two: { a: Int, b: String } }),
  "a union of unions": () =>
    Union([Schema.TaggedUnion({ One: { a: Int }, Two: {} }), Literals(["x", "y"]), Schema.Null]),
  "two tags": () =>
    Union([Struct({ k: Literal(1), v: Literal("a"), x: Int }), Struct({ k: Literal(1), v: Literal("b") }), Int]),
  "tagged tuples": () => Union([Tuple([Literal("a"), Int]), Tuple([Literal("b"), NumberFromString])]),
  "a tree": tree,
  "expressions": expression
}

const declared: Readonly<Record<string, Make>> = {
  "an option": () => Struct({ a: Schema.Option(NumberFromString) }),
  "an option of null": () => Struct({ a: Schema.OptionFromNullOr(Int), b: Schema.OptionFromOptionalKey(Int) }),
  "a result": () => Schema.Result(NumberFromString, String),
  "an exit": () => Struct({ a: Schema.Exit(Int, String, Schema.Unknown) }),
  "a map": () => Schema.ReadonlyMap(String, NumberFromString),
  "a set": () => Struct({ a: Schema.ReadonlySet(NumberFromString) }),
  "hashed": () => Struct({ a: Schema.HashMap(String, Int), b: Schema.HashSet(String), c: Schema.Chunk(Int) }),
  "dates": () => Struct({ a: Schema.Date, b: Schema.DateFromString, c: Schema.DateTimeUtcFromString }),
  "JSON": () => Struct({ a: Schema.Json, b: Schema.fromJsonString(Struct({ c: Int })) }),
  "secrets": () => Struct({ a: Schema.Redacted(String) }),
  "bytes, durations, addresses": () =>
    Struct({ a: Schema.Uint8ArrayFromBase64, b: Schema.DurationFromMillis, c: Schema.URLFromString }),
  "a class": () => Person.annotate({}),
  "a class of a class": () => Struct({ a: Employee, b: Schema.optionalKey(Person) }),
  "tagged classes": () => Union([Cat, Dog]),
  "the instances of classes": () => Schema.toType(Union([Cat, Dog])).annotate({}),
  "an error": () => Struct({ a: Refused }),
  "classes as JSON": () => Schema.toCodecJson(Union([Cat, Person])) as AnySchema,
  "a guard": () => Struct({ a: Schema.declare((value): value is Date => value instanceof Date) }),
  "a declaration that makes something": () =>
    Struct({
      a: Schema.declareConstructor<string>()([], () => (value) =>
        typeof value === "string" ? Effect.succeed(value.trim()) : Effect.fail(issue))
    })
}

const transformed: Readonly<Record<string, Make>> = {
  "a default for a missing key": () =>
    Struct({
      a: NumberFromString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("1"))),
      b: Int.pipe(Schema.withDecodingDefault(Effect.succeed(2), { encodingStrategy: "omit" }))
    }),
  "a default of the constructor": () => Struct({ a: Int.pipe(Schema.withConstructorDefault(Effect.succeed(1))) }),
  "other names": () => Struct({ a: NumberFromString, b: String }).pipe(Schema.encodeKeys({ a: "A" })),
  "several steps": () =>
    Struct({ a: Schema.Trim.pipe(Schema.decodeTo(NumberFromString), Schema.decodeTo(Int), Schema.check(positive)) }),
  "a transformation that refuses": () =>
    Struct({
      a: String.pipe(Schema.decode({
        decode: SchemaGetter.transformEffect((value) => value.length > 3 ? Effect.fail(issue) : Effect.succeed(value)),
        encode: same
      }))
    }),
  "a transformation that takes its time": () =>
    Struct({
      a: String.pipe(Schema.decode({
        decode: SchemaGetter.transformEffect((value) =>
          Effect.gen(function*() {
            return value.length > 3 ? yield* Effect.fail(issue) : `${value}!`
          })
        ),
        encode: same
      }))
    }),
  "a transformation that takes its time, before another member": () =>
    Union([
      String.pipe(Schema.decode({
        decode: SchemaGetter.transformEffect((value) => Effect.delay(Effect.succeed(`${value}!`), 0)),
        encode: same
      })),
      String
    ]),
  "a transformation that leaves nothing": () =>
    Struct({
      a: Schema.optionalKey(String).pipe(Schema.decodeTo(Schema.optionalKey(String), {
        decode: SchemaGetter.transformOptional(Option.filter((value) => value !== "")),
        encode: SchemaGetter.transformOptionalEffect((value) =>
          Effect.succeed(Option.filter(value, (text) => text !== ""))
        )
      }))
    }),
  "a value for a key that must be there": () =>
    Struct({
      a: String.pipe(Schema.decode({
        decode: SchemaGetter.transformOptional((value) => Option.orElseSome(value, () => "none")),
        encode: SchemaGetter.passthrough()
      }))
    }),
  "a tag that makes up for one that is missing": () =>
    Union([
      Struct({
        tag: Literal("A").pipe(Schema.decodeTo(Literal("a"), {
          decode: SchemaGetter.transformOptional((value) => Option.some(Option.isSome(value) ? "a" as const : "a")),
          encode: SchemaGetter.transform(() => "A" as const)
        })),
        a: Int
      }),
      Struct({ tag: Literal("b"), b: Int })
    ]),
  "a tag that may be left out": () =>
    Union([Struct({ _tag: Schema.tagDefaultOmit("A"), a: Int }), Struct({ _tag: Schema.tag("B"), b: Int })]),
  "a literal written as another": () =>
    Union([
      Literal("a").pipe(Schema.encodeTo(Literal("A"), {
        decode: SchemaGetter.transform(() => "a" as const),
        encode: SchemaGetter.transform(() => "A" as const)
      })),
      Literal("b")
    ]),
  "a literal with a check": () => Union([Literal("a").check(Schema.makeFilter(() => false)), Literal("b")]),
  "a rescue": () =>
    Struct({ a: Int.pipe(Schema.catchDecoding(() => Effect.succeed(Option.some(0)))), b: NumberFromString }),
  "a rescue at the root": () =>
    Struct({ a: Int }).pipe(Schema.catchDecoding(() => Effect.succeed(Option.some({ a: 0 })))),
  "a check that throws": () =>
    Union([
      String.check(Schema.makeFilter((text) => {
        if (text === "a") throw new Error("a!")
        return text !== "b"
      })),
      Schema.Literals(["a", "b"])
    ]),
  "a transformation that throws": () =>
    Struct({ a: String.pipe(Schema.decode({ decode: SchemaGetter.transform(decodeURIComponent), encode: same })) }),
  "a transformation that dies": () =>
    Union([
      String.pipe(Schema.decode({
        decode: SchemaGetter.transformEffect((value) =>
          value === "a" ? Effect.failCause(Cause.die("dead")) : Effect.fail(issue)
        ),
        encode: same
      })),
      String
    ]),
  "a check that looks at the options": () =>
    Struct({ a: String.check(Schema.makeFilter((_text, _ast, { errors }) => errors !== "all")) }),
  "the other way round": () => Schema.flip(Struct({ a: NumberFromString, b: Schema.DateFromString })) as AnySchema,
  "its encoded side": () => Schema.toEncoded(Struct({ a: NumberFromString, b: Schema.optional(Person) })).annotate({}),
  "text of JSON": () => Schema.fromJsonString(Schema.toCodecJson(Schema.Result(Int, String))) as AnySchema
}

/** Kinds of schemas as anybody may write them. */
export const ordinarySchemas: ReadonlyArray<readonly [name: string, make: Make]> = Object.entries({
  ...primitives,
  ...composites,
  ...declared,
  ...transformed
})

/** What may stand where something else was. */
export const intruders: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  "a",
  "A",
  "b",
  "abcdef",
  " 1 ",
  "1",
  "v1",
  "%",
  "2020-01-01T00:00:00.000Z",
  "{\"c\":1}",
  0,
  -0,
  1,
  1.5,
  NaN,
  1n,
  true,
  key,
  [],
  [1],
  ["a", 1],
  [" 1 "],
  [["a", 1]],
  ["b", "1", true, "c"],
  globalThis.Array(2),
  {},
  { a: "a" },
  { a: 0 },
  { a: -0 },
  { a: 1, b: "b", c: undefined },
  { a: { b: { c: "1" } } },
  { A: "1", b: "b" },
  { tag: "A", a: 1 },
  { a: 1, extra: true },
  { k1: 1, k: 2 },
  { _tag: "One", a: "1" },
  { _tag: "Cat", lives: 9 },
  { name: "n", age: "1", children: [] },
  { kind: "sum", of: [1, { kind: "product", of: [2, { kind: "none", of: [] }] }] },
  { k: 1, v: "b" },
  { k: 1 },
  Object.create({ a: "a", b: 1 }),
  JSON.parse("{\"__proto__\":\"a\"}"),
  Object.assign([], { a: 1 }),
  () => 1,
  new Date(0),
  new Date(NaN),
  new Map([["a", "1"]]),
  new Set(["1"]),
  Option.some("1"),
  Option.none(),
  Result.succeed("1"),
  Result.fail("a"),
  new Cat({ lives: 9 }),
  Object.assign(new Dog({ tricks: [] }), { _tag: "Cat" }),
  new Person({ name: "n", age: 1 })
]
