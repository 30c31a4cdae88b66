import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result, Schema } from "effect"
import { CompiledSchemas } from "../src/CompiledSchemas.ts"
import { corrupted } from "../src/testing/corrupted.ts"
import { sameAsInterpreted } from "../src/testing/sameAsInterpreted.ts"
import { intruders, ordinarySchemas } from "./ordinarySchemas.ts"

const arbitrary = { runs: Number(process.env["LAW_RUNS"] ?? 20) }

const choices = Arbitrary.schema(Schema.Array(Schema.Natural).check(Schema.isMinLength(4), Schema.isMaxLength(8)))

/** Values of the schema, or of no kind at all where the library cannot make any. */
const valuesOf = (schema: Schema.Codec<any, any>): Arbitrary.Arbitrary<unknown> => {
  try {
    return Arbitrary.schema(Schema.toType(schema))
  } catch {
    return Arbitrary.map(Arbitrary.schema(Schema.Natural), (number) => intruders[number % intruders.length])
  }
}

it("they are of many kinds", () => {
  assert.isAtLeast(ordinarySchemas.length, 80)
})

describe.each(ordinarySchemas)("%s", (_name, make) => {
  const interpreted = make()
  const both = sameAsInterpreted(CompiledSchemas.install(make()), interpreted)
  const encode = Schema.encodeUnknownResult(interpreted)

  it("reads and writes the same, whatever it is given", () => {
    for (const intruder of intruders) {
      both.decode(intruder)
      both.encode(intruder)
    }
  })

  it.prop("reads and writes right values, and nearly right ones, the same", [
    valuesOf(interpreted),
    choices
  ], ([value, where]) => {
    both.encode(value)
    both.encode(corrupted(value, intruders, where))
    const encoded = Result.try(() => Result.getOrThrow(encode(value)))
    if (Result.isSuccess(encoded)) {
      both.decode(encoded.success)
      both.decode(corrupted(encoded.success, intruders, where))
    }
  }, { arbitrary })
})
