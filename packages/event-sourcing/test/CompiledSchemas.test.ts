import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Context, Effect, Option, Result, Schema, SchemaGetter, SchemaParser } from "effect"
import { spawnSync } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { CompiledSchemas } from "../src/CompiledSchemas.ts"
import { invalid, missing } from "../src/schemas/Parse.ts"
import { type Property, structCode, structLoop } from "../src/schemas/structParser.ts"
import { sameAsInterpreted } from "../src/testing/sameAsInterpreted.ts"

/** A string that tells `told` of each time it is read or written. */
const watched = (told: (stack: string | undefined) => void) => {
  const getter = SchemaGetter.transform((value: string) => {
    told(new Error().stack)
    return value
  })
  return Schema.String.pipe(Schema.decode({ decode: getter, encode: getter }))
}

describe("an installed schema", () => {
  it("is read and written by text made into code, and the interpreter is not asked", () => {
    const stacks: Array<string | undefined> = []
    const schema = CompiledSchemas.install(Schema.Struct({ a: watched((stack) => stacks.push(stack)) }))
    assert.deepStrictEqual(Schema.decodeUnknownResult(schema)({ a: "a" }), Result.succeed({ a: "a" }))
    assert.deepStrictEqual(Schema.encodeSync(schema)({ a: "a" }), { a: "a" })
    assert.deepStrictEqual(Schema.decodeUnknownSync(schema, { errors: "all" })({ a: "a" }), { a: "a" })
    assert.strictEqual(stacks.length, 3)
    for (const stack of stacks) assert.include(stack, "eval at structCode")
  })

  it("is the same schema, and may be installed twice", () => {
    const schema = Schema.Struct({ a: Schema.NumberFromString })
    assert.strictEqual(CompiledSchemas.install(schema), schema)
    assert.strictEqual(CompiledSchemas.install(schema), schema)
    assert.deepStrictEqual(Schema.decodeUnknownSync(schema)({ a: "1" }), { a: 1 })
  })

  it("is quick within another one that is not", () => {
    const stacks: Array<string | undefined> = []
    const inner = CompiledSchemas.install(Schema.Struct({ a: watched((stack) => stacks.push(stack)) }))
    assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Tuple([inner]))([{ a: "a" }]), [{ a: "a" }])
    assert.strictEqual(stacks.length, 1)
    assert.include(stacks[0], "eval at structCode")
  })

  it("does not compile anything before it is used", () => {
    let asked = 0
    const schema = Schema.Struct({
      a: Schema.suspend(() => {
        asked += 1
        return Schema.String
      })
    })
    CompiledSchemas.install(schema)
    assert.strictEqual(asked, 0)
    assert.deepStrictEqual(Schema.decodeUnknownSync(schema)({ a: "a" }), { a: "a" })
    assert.strictEqual(asked, 1)
  })

  it("that comes to nothing is refused, as nothing else would be", () => {
    const nothing = () =>
      Schema.String.pipe(Schema.decodeTo(Schema.optionalKey(Schema.String), {
        decode: SchemaGetter.transformOptional(() => Option.none()),
        encode: SchemaGetter.passthrough()
      }))
    const [compiled, interpreted] = [CompiledSchemas.install(nothing()), nothing()]
    sameAsInterpreted(compiled, interpreted).decode("a")
    assert.throws(() => SchemaParser.decodeUnknownSync(compiled)("a"))
    assert.throws(() => SchemaParser.decodeUnknownSync(interpreted)("a"))
  })

  it("asks the members of a recursive union once each, however deep they are", () => {
    let asked = 0
    const all: Schema.Codec<unknown> = Schema.suspend((): Schema.Codec<unknown> => made)
    const node = (kind: string) =>
      Schema.Struct({ of: Schema.Array(all), name: watched(() => asked += 1), kind: Schema.Literal(kind) })
    const made: Schema.Codec<unknown> = CompiledSchemas.install(Schema.Union([node("a"), node("b"), node("c")]))
    const depth = 40
    let input: unknown = { of: [], name: "", kind: "c" }
    for (let level = 1; level < depth; level++) input = { of: [input], name: "", kind: "c" }
    assert.deepStrictEqual(Schema.decodeUnknownSync(made)(input), input)
    assert.strictEqual(asked, depth)
  })
})

describe("what has to be an effect", () => {
  class Suffix
    extends Context.Service<Suffix, string>()("@cim-domain/event-sourcing/test/CompiledSchemas.test/Suffix")
  {}

  it.effect("is run by the interpreter, once", () =>
    Effect.gen(function*() {
      const runs: Array<string> = []
      const schema = CompiledSchemas.install(Schema.Struct({
        before: Schema.NumberFromString,
        a: Schema.String.pipe(Schema.decode({
          decode: SchemaGetter.transformEffect((value) =>
            Effect.gen(function*() {
              yield* Effect.yieldNow
              runs.push(value)
              return value + (yield* Suffix)
            })
          ),
          encode: SchemaGetter.passthrough()
        }))
      }))
      const decoded = yield* Schema.decodeUnknownEffect(schema)({ before: "1", a: "a" }).pipe(
        Effect.provideService(Suffix, "!")
      )
      assert.deepStrictEqual(decoded, { before: 1, a: "a!" })
      assert.deepStrictEqual(runs, ["a"])
    }))
})

describe("a shortcut", () => {
  /** A number as text. The schema itself tells of each time that it is asked; "one" and "1" are for the shortcut. */
  const number = (told: () => void) =>
    CompiledSchemas.withShortcut(
      watched(told).pipe(Schema.decodeTo(Schema.NumberFromString)),
      {
        decode: (value) => value === "one" || value === "1" ? 1 : undefined,
        encode: (value) => value === 1 ? "one" : undefined
      }
    )

  it("is taken for what it knows, and the schema for anything else", () => {
    let asked = 0
    const field = number(() => asked += 1)
    const schema = CompiledSchemas.install(Schema.Struct({ a: field, list: Schema.Array(field) }))
    const decode = Schema.decodeUnknownResult(schema)
    assert.deepStrictEqual(decode({ a: "one", list: ["1"] }), Result.succeed({ a: 1, list: [1] }))
    assert.deepStrictEqual(Schema.encodeSync(schema)({ a: 1, list: [1] }), { a: "one", list: ["one"] })
    assert.strictEqual(asked, 0)
    assert.deepStrictEqual(decode({ a: "2", list: ["1", "3"] }), Result.succeed({ a: 2, list: [1, 3] }))
    assert.deepStrictEqual(Schema.encodeSync(schema)({ a: 2, list: [] }), { a: "2", list: [] })
    assert.strictEqual(asked, 3)
    assert.isTrue(Result.isFailure(decode({ a: 1, list: [] })))
  })

  it("may pass on what a schema within makes of the value", () => {
    let asked = 0
    const field = number(() => asked += 1)
    const orNull = CompiledSchemas.withShortcut(Schema.NullOr(field), {
      decode: CompiledSchemas.decodes(field),
      encode: CompiledSchemas.encodes(field)
    })
    const schema = CompiledSchemas.install(Schema.Struct({ a: orNull }))
    const decode = Schema.decodeUnknownResult(schema)
    assert.deepStrictEqual(decode({ a: "one" }), Result.succeed({ a: 1 }))
    assert.deepStrictEqual(Schema.encodeSync(schema)({ a: 1 }), { a: "one" })
    assert.strictEqual(asked, 0)
    assert.deepStrictEqual(decode({ a: null }), Result.succeed({ a: null }))
    assert.deepStrictEqual(Schema.encodeSync(schema)({ a: null }), { a: null })
    assert.isTrue(Result.isFailure(decode({ a: {} })))
  })
})

describe("where text may not become code", () => {
  const steps: ReadonlyArray<Omit<Property, "name">> = [
    { parse: (input) => input, isOptional: false },
    { parse: (input) => typeof input === "string" || input === missing ? input : invalid, isOptional: true },
    { parse: (input) => input === null ? missing : input, isOptional: true },
    {
      parse: (input) => input === null ? missing : input,
      shortcut: (input) => input === 1 ? 2 : undefined,
      isOptional: false
    }
  ]
  const names = ["a", "b", "a\"]}", "b\\\u2028", "`${0}`", "constructor", "7", ""]
  const values = [1, "x", null, undefined, missing]
  const numbers = Schema.Array(Schema.Natural).check(Schema.isMinLength(names.length))

  it.prop("structs are read in the same way by a loop", [Arbitrary.schema(numbers), Arbitrary.schema(numbers)], ([
    kinds,
    contents
  ]) => {
    const properties = names.slice(0, kinds[0]! % names.length + 1).map((name, index) => ({
      name,
      ...steps[kinds[index]! % steps.length]!
    }))
    const input: Record<string, unknown> = {}
    for (const [index, name] of names.entries()) {
      const value = values[contents[index]! % values.length]
      if (value !== missing) input[name] = value
    }
    for (const given of [input, Object.create(input), [], null, "a", missing]) {
      const [code, loop] = [structCode, structLoop].map((make) => make(properties)(given, {}))
      assert.deepStrictEqual(code, loop)
      assert.strictEqual(JSON.stringify(code), JSON.stringify(loop))
    }
  })

  it("schemas are read and written all the same", () => {
    const file = fileURLToPath(new URL("withoutCode.ts", import.meta.url))
    const seen = [["--disallow-code-generation-from-strings"], []].map((flags) => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [...flags, file], { encoding: "utf8" })
      assert.strictEqual(status, 0, stderr)
      return JSON.parse(stdout)
    })
    assert.deepStrictEqual(seen.map(({ generatesCode }) => generatesCode), [false, true])
    assert.deepStrictEqual(seen[0].outcomes, seen[1].outcomes)
    assert.deepStrictEqual(seen.map(({ readBy }) => readBy), ["loop", "code"])
  })
})
