import { omittedWhenNull } from "@cim-domain/commands/fields/nullable"
import { Name } from "@cim-domain/commands/fields/Text"
import { issuesOf } from "@cim-domain/commands/protocol/ValidationIssue"
import { listOf, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { assert, describe, it, vi } from "@effect/vitest"
import { Arbitrary, Result, Schema, SchemaGetter } from "effect"
import { readFileSync } from "node:fs"
import { Organization } from "../src/Organization.ts"
import { commandTypes } from "../src/OrganizationCommand.ts"
import { eventTypes } from "../src/OrganizationEvent.ts"
import { commandSchemas } from "../src/protocol.ts"
import { eventSchemas } from "../src/protocol.ts"
import { commandOf, eventOf } from "../src/testing/arbitraries.ts"
import { edges, intruders } from "./edges.ts"
import { arbitrary } from "./lawRuns.ts"

type AnySchema = Schema.Codec<any, unknown>

const schemas: ReadonlyArray<readonly [name: string, schema: AnySchema, values: Arbitrary.Arbitrary<unknown>]> = [
  ...commandTypes.map((type) => [type, commandSchemas[type] as unknown as AnySchema, commandOf(type)] as const),
  ...eventTypes.map((type) => [type, eventSchemas[type] as unknown as AnySchema, eventOf(type)] as const)
]

const outcome = (run: () => unknown): unknown => {
  try {
    return { value: run() }
  } catch (error) {
    return { thrown: String(error) }
  }
}

const decoded = (result: Result.Result<unknown, Schema.SchemaError>) =>
  Result.mapError(result, (error) => issuesOf(error.issue))

/** Both ways of reading and writing, one beside the other. */
const compare = (schema: AnySchema) => {
  const read = {
    quick: quickCodec.decoder(schema, { errors: "all" }),
    slow: Schema.decodeUnknownResult(schema, { errors: "all" })
  }
  const write = { quick: quickCodec.encoder(schema), slow: Schema.encodeSync(schema) }
  return {
    read: (input: unknown) => assert.deepStrictEqual(decoded(read.quick(input)), decoded(read.slow(input))),
    write: (value: unknown) => {
      const [quick, slow] = [outcome(() => write.quick(value)), outcome(() => write.slow(value))]
      assert.deepStrictEqual(quick, slow)
      assert.strictEqual(JSON.stringify(quick), JSON.stringify(slow))
    },
    encode: write.slow,
    decode: read.slow
  }
}

/** The value with one member somewhere in it replaced, taken away, or added. */
const corrupted = (value: unknown, choices: ReadonlyArray<number>): unknown => {
  const [where = 0, what = 0, ...rest] = choices
  const intruder = intruders[what % intruders.length]
  if (typeof value !== "object" || value === null || rest.length === 0) return intruder
  const keys = Object.keys(value)
  const key = keys[where % (keys.length + 1)]
  if (key === undefined) return Array.isArray(value) ? [...value, intruder] : { ...value, unexpected: intruder }
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name !== key) return [[name, member] as const]
    return what % 7 === 0 ? [] : [[name, what % 3 === 0 ? corrupted(member, rest) : intruder] as const]
  })
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}

const choices = Arbitrary.map(listOf(upTo(1_000), 8), (list) => [...list, 0, 0])

describe.each(schemas)("%s", (_name, schema, values) => {
  const both = compare(schema)

  it.prop("reads and writes the same", [values], ([value]) => {
    both.write(value)
    both.read(both.encode(value))
  }, { arbitrary })

  it("reads and writes edges the same, in every field", () => {
    const { fields } = schema as unknown as Schema.Struct<Record<string, AnySchema>>
    for (const [name, field] of Object.entries(fields)) {
      const one = compare(Schema.Struct({ [name]: field }) as AnySchema)
      one.read({})
      one.write({})
      for (const edge of edges) {
        one.read({ [name]: edge })
        one.write({ [name]: edge })
      }
    }
  })

  it.prop("refuses the same, for the same reasons", [values, choices], ([value, where]) => {
    both.read(corrupted(both.encode(value), where))
    both.write(corrupted(value, where))
  }, { arbitrary })
})

describe("the golden corpora", () => {
  const lines = (file: string): ReadonlyArray<any> =>
    readFileSync(new URL(`golden/${file}`, import.meta.url), "utf8").trim().split("\n").map((line) => JSON.parse(line))

  it.each(["commands.jsonl", "events.jsonl", "events-1.jsonl", "events-1-as-2.jsonl"])("%s", (file) => {
    const samples = lines(file)
    assert.isAbove(samples.length, 10)
    for (const sample of samples) {
      const type: string = sample.command_type ?? sample.event_type
      const schema = schemas.find(([name]) => name === type)
      if (schema !== undefined) compare(schema[1]).read(sample)
    }
  })

  it("replies.jsonl", () => {
    const SuccessReply = Organization.replies.SuccessReply as typeof Organization.replies.SuccessReply & {
      readonly fields: object
    }
    const both = compare(SuccessReply)
    const replies = lines("replies.jsonl").filter(({ status }) => status === "ok")
    assert.isAbove(replies.length, 0)
    for (const reply of replies) {
      both.read(reply)
      both.write(Result.getOrThrow(both.decode(reply)))
      both.write({ ...reply, version: "one" })
      for (const name of Object.keys(SuccessReply.fields)) {
        for (const edge of intruders) both.read({ ...reply, [name]: edge })
      }
    }
  })
})

describe("a schema that it cannot do", () => {
  it.each<readonly [string, Schema.Codec<any, any>]>([
    ["a tuple", Schema.Tuple([Schema.String])],
    ["a record", Schema.Record(Schema.String, Schema.String)],
    ["exactly one of", Schema.Union([Schema.String, Schema.Null], { mode: "oneOf" })],
    ["a symbol", Schema.Symbol]
  ])("is refused: %s", (_, schema) => {
    assert.throws(() => quickCodec.decoder(schema), /cannot do/)
  })
})

describe("schemas that ours are not made of yet", () => {
  const inputs: ReadonlyArray<unknown> = ["a", "A", "b", null, undefined, {}]

  it.each<readonly [string, Schema.Codec<any, any>]>([
    [
      "a literal written as another",
      Schema.Union([
        Schema.Literal("a").pipe(Schema.encodeTo(Schema.Literal("A"), {
          decode: SchemaGetter.transform(() => "a" as const),
          encode: SchemaGetter.transform(() => "A" as const)
        })),
        Schema.Literal("b")
      ])
    ],
    [
      "a literal with a check",
      Schema.Union([
        Schema.Literal("a").check(Schema.makeFilter(() => false)),
        Schema.Literal("b")
      ])
    ],
    ["something that may be nothing", omittedWhenNull(Schema.String)]
  ])("%s", (_, schema) => {
    const both = compare(schema)
    for (const input of inputs) {
      both.read(input)
      both.write(input)
    }
  })

  it("keys with quotes, and optional ones before others", () => {
    const both = compare(Schema.Struct({
      "a\"]}": Schema.String,
      "b\\\u2028": omittedWhenNull(Schema.String),
      c: Schema.optionalKey(Schema.Null),
      "`${0}`": Schema.String
    }))
    for (const b of [{}, { "b\\\u2028": "b" }, { "b\\\u2028": null }, { c: null }, { c: undefined }, { c: 1 }]) {
      for (const rest of [{}, { "a\"]}": "a" }, { "a\"]}": "a", "`${0}`": "d" }]) {
        both.read({ ...rest, ...b })
        both.write({ ...rest, ...b })
      }
    }
  })

  it("right values are read and written by text made into code, and the schema is not asked", () => {
    const callers: Array<string | undefined> = []
    const noted = SchemaGetter.transform((value: string) => {
      callers.push(new Error().stack)
      return value
    })
    const schema = Schema.Struct({
      a: Schema.String.pipe(Schema.decodeTo(Schema.String, { decode: noted, encode: noted }))
    })
    quickCodec.decoder(schema)({ a: "a" })
    quickCodec.encoder(schema)({ a: "a" })
    assert.strictEqual(callers.length, 2)
    for (const stack of callers) assert.include(stack, "eval at structParser")
  })

  it("where text may not become code, the schema does it all", () => {
    const both = compare(
      Schema.Struct({ a: Schema.String, b: Schema.Union([Schema.Struct({ c: Schema.Null }), Name]) })
    )
    const forbidden = vi.fn<() => never>(function() {
      throw new EvalError("Code generation from strings disallowed for this context")
    })
    vi.stubGlobal("Function", forbidden)
    try {
      for (const value of [{ a: "a", b: " x " }, { a: "a", b: { c: null } }, { a: 1 }, null]) {
        both.read(value)
        both.write(value)
      }
    } finally {
      vi.unstubAllGlobals()
    }
    assert.isAbove(forbidden.mock.calls.length, 0)
  })

  it("keys that are symbols are refused", () => {
    assert.throws(() => quickCodec.decoder(Schema.Struct({ [Symbol.for("a")]: Schema.String })), /cannot do/)
  })
})
