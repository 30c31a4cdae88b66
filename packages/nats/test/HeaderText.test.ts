import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { decode, encode, maxHeaderTextLength } from "../src/message/HeaderText.ts"

const safe = /^[\x20-\x7E]*$/

describe("HeaderText", () => {
  it.prop("is one line of ASCII and gives the value back", [Schema.String], ([value]) => {
    const text = encode(value)
    return safe.test(text) && text === text.trim() && decode(text) === value.toWellFormed()
  }, { arbitrary: { runs: 500 } })

  it("keeps a header from being smuggled in, and is bounded", () => {
    assert.strictEqual(encode("eve\r\nNats-Rollup: all"), "eve%0D%0ANats-Rollup: all")
    assert.strictEqual(encode("Zoë <zoe@example.org>"), "Zo%C3%AB <zoe@example.org>")
    assert.isAtMost(encode("ë".repeat(100_000)).length, maxHeaderTextLength)
    assert.strictEqual(decode("100 %"), "100 %")
  })
})
