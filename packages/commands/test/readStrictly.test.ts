import { Parcel } from "@cim-domain/commands/testing/Parcel"
import { readStrictly } from "@cim-domain/commands/testing/readStrictly"
import { metadata } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { domainArbitraries } from "../src/testing/domainArbitraries.ts"

const { histories } = domainArbitraries(Parcel)

describe("the strict reader of JSON", () => {
  it.each([
    "{}",
    " [ ] ",
    "[1, -2.5e+3, 0, -0, 1.0, 1E2, 0.1, 5e-324, 1.7976931348623157e308, 9007199254740991, 1e22, 0.000]",
    "{\"a\":{\"b\":[true,false,null]},\"\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00😀\"}"
  ])("reads %s as JSON.parse does", (text) => assert.deepStrictEqual(readStrictly(text), JSON.parse(text)))

  it.prop("reads JSON as JSON.parse does", [histories, metadata], (values) => {
    const text = JSON.stringify(values).replaceAll(/(?:\\u[dD][89a-fA-F][0-9a-f]{2})+/g, "")
    assert.deepStrictEqual(readStrictly(text), JSON.parse(text))
  }, { arbitrary: { runs: 100 } })

  it.each([
    ["half a surrogate pair as an escape", "\"\\ud83d\""],
    ["the other half", "\"\\ude00 \""],
    ["two halves the wrong way round", "\"\\ude00\\ud83d\""],
    ["half a raw surrogate pair", `"\ud83d"`],
    ["half a surrogate pair in a key", "{\"\\ud83d\":1}"],
    ["a key that stands twice", "{\"a\":1,\"b\":2,\"\\u0061\":3}"],
    ["an integer that is too large", "12345678901234567890"],
    ["the first that is", "9007199254740993"],
    ["a number that overflows", "1e999"],
    ["a number that vanishes", "-1e-999"],
    ["a number with too many digits", "0.1000000000000000055511151231257827"],
    ["text after the value", "{} x"],
    ["a trailing comma", "[1,]"],
    ["a trailing comma of an object", "{\"a\":1,}"],
    ["a leading zero", "01"],
    ["a leading dot", ".5"],
    ["no number", "NaN"],
    ["an unknown escape", "\"\\x41\""],
    ["a raw control character", "\"\n\""],
    ["no end", "[\"a"],
    ["nothing", ""]
  ])("refuses %s", (_, text) => assert.throws(() => readStrictly(text), SyntaxError))
})
