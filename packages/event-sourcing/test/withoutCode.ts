// A process of its own, for a test to start: says what schemas make of some input where text may or may not become code.
import { Result, Schema, SchemaGetter } from "effect"
import process from "node:process"
import { CompiledSchemas } from "../src/CompiledSchemas.ts"

let stack = ""
const noted = SchemaGetter.transform((value: string) => {
  stack = String(new Error().stack)
  return value
})

const schema = CompiledSchemas.install(Schema.Struct({
  a: Schema.String.pipe(Schema.decode({ decode: noted, encode: noted })),
  b: Schema.Union([Schema.Struct({ c: Schema.NullOr(Schema.NumberFromString) }), Schema.Array(Schema.Int)])
}))
const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
const encode = Schema.encodeUnknownResult(schema)

const inputs: ReadonlyArray<unknown> = [{ a: "a", b: [1] }, { a: "a", b: { c: "1" } }, { a: 1 }, null]
const outcomes = inputs.map((input) =>
  Result.match(decode(input), {
    onSuccess: (value) => ({ value, encoded: Result.getOrThrow(encode(value)) }),
    onFailure: ({ message }) => message
  })
)

decode(inputs[0])
const readBy = stack.includes("eval at structCode")
  ? "code"
  : stack.includes("structParser.ts")
  ? "loop"
  : "interpreter"
process.stdout.write(JSON.stringify({ generatesCode: CompiledSchemas.generatesCode, readBy, outcomes }))
