import { omittedWhenNull } from "@cim-domain/commands/fields/nullable"
import { listOf, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { corrupted } from "@cim-domain/event-sourcing/testing/corrupted"
import { sameAsInterpreted } from "@cim-domain/event-sourcing/testing/sameAsInterpreted"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result, Schema } from "effect"
import { readFileSync } from "node:fs"
import { Organization } from "../src/Organization.ts"
import { commandTypes } from "../src/OrganizationCommand.ts"
import { eventTypes } from "../src/OrganizationEvent.ts"
import { commandSchemas, eventSchemas } from "../src/protocol.ts"
import { commandOf, eventOf } from "../src/testing/arbitraries.ts"
import { edges, intruders } from "./edges.ts"
import { arbitrary } from "./lawRuns.ts"

type AnySchema = Schema.Codec<any, unknown>

const { FailureReply, SuccessReply } = Organization.replies as unknown as Readonly<
  Record<"FailureReply" | "SuccessReply", AnySchema & { readonly fields: object }>
>

const schemas: ReadonlyArray<readonly [name: string, schema: AnySchema, values: Arbitrary.Arbitrary<unknown>]> = [
  ...commandTypes.map((type) => [type, commandSchemas[type] as unknown as AnySchema, commandOf(type)] as const),
  ...eventTypes.map((type) => [type, eventSchemas[type] as unknown as AnySchema, eventOf(type)] as const)
]

/** The schema as it is installed, beside one that is not. */
const compare = (schema: AnySchema) =>
  sameAsInterpreted(CompiledSchemas.install(schema), schema.annotate({}), [{ errors: "all" }])

const encodes = (schema: AnySchema) => Schema.encodeSync(schema.annotate({}))

const choices = Arbitrary.map(listOf(upTo(1_000), 8), (list) => [...list, 0, 0])

describe.each(schemas)("%s", (_name, schema, values) => {
  const both = compare(schema)
  const encode = encodes(schema)

  it.prop("reads and writes the same", [values], ([value]) => {
    both.encode(value)
    both.decode(encode(value))
  }, { arbitrary })

  it("reads and writes edges the same, in every field", () => {
    const { fields } = schema as unknown as Schema.Struct<Record<string, AnySchema>>
    for (const [name, field] of Object.entries(fields)) {
      const one = compare(Schema.Struct({ [name]: field }) as AnySchema)
      one.decode({})
      one.encode({})
      for (const edge of edges) {
        one.decode({ [name]: edge })
        one.encode({ [name]: edge })
      }
    }
  })

  it.prop("refuses the same, for the same reasons", [values, choices], ([value, where]) => {
    both.decode(corrupted(encode(value), intruders, where))
    both.encode(corrupted(value, intruders, where))
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
      if (schema !== undefined) compare(schema[1]).decode(sample)
    }
  })

  it.each([["ok", SuccessReply], ["error", FailureReply]] as const)("replies.jsonl: %s", (status, schema) => {
    const both = compare(schema)
    const decode = Schema.decodeUnknownResult<AnySchema>(schema.annotate({}))
    const replies = lines("replies.jsonl").filter((reply) => reply.status === status)
    assert.isAbove(replies.length, 0)
    for (const reply of replies) {
      both.decode(reply)
      const decoded = decode(reply)
      if (Result.isSuccess(decoded)) both.encode(decoded.success)
      both.encode({ ...reply, version: "one" })
      for (const name of Object.keys(schema.fields)) {
        for (const edge of intruders) both.decode({ ...reply, [name]: edge })
      }
    }
    assert.isTrue(replies.some((reply) => Result.isSuccess(decode(reply))))
  })
})

describe("fields that may be left out", () => {
  it("beside keys with quotes, and before others", () => {
    const both = compare(Schema.Struct({
      "a\"]}": Schema.String,
      "b\\\u2028": omittedWhenNull(Schema.String),
      c: Schema.optionalKey(Schema.Null),
      "`${0}`": Schema.String
    }))
    for (const b of [{}, { "b\\\u2028": "b" }, { "b\\\u2028": null }, { c: null }, { c: undefined }, { c: 1 }]) {
      for (const rest of [{}, { "a\"]}": "a" }, { "a\"]}": "a", "`${0}`": "d" }]) {
        both.decode({ ...rest, ...b })
        both.encode({ ...rest, ...b })
      }
    }
  })

  it("as a whole", () => {
    const both = compare(omittedWhenNull(Schema.String))
    for (const input of ["a", "", null, undefined, {}]) {
      both.decode(input)
      both.encode(input)
    }
  })
})
