import { Code, codeFrom, codeKey } from "@cim-domain/commands/fields/Code"
import { Name } from "@cim-domain/commands/fields/text"
import { rawText, words } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result, Schema } from "effect"

const read = Schema.decodeUnknownResult(Code)
const isName = Schema.decodeUnknownResult(Name)

describe("a code", () => {
  it.each([
    ["ENG", "ENG"],
    ["R&D", "R&D"],
    ["Human Resources", "Human Resources"],
    ["  padded ", "padded"],
    ["문화-01", "문화-01"],
    ["Größe 3", "Größe 3"],
    ["Gro\u0308ße 3", "Größe 3"],
    ["4711:10", "4711:10"],
    ["[SecOps]", "[SecOps]"],
    ["_ops", "_ops"],
    ["-x", "-x"],
    ["é", "é"],
    ["人事\u3000部", "人事\u3000部"],
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["👩\u200d💻", "👩\u200d💻"],
    ["x".repeat(64), "x".repeat(64)],
    ["😀".repeat(64), "😀".repeat(64)],
    ["e\u0301".repeat(64), "é".repeat(64)]
  ])("may be %s", (given, kept) => assert.deepStrictEqual(read(given), Result.succeed(kept)))

  it.each([
    "",
    " ",
    "a  b",
    "a \u00a0b",
    "a\tb",
    "a\nb",
    "a\u2028b",
    "a\u0085b",
    "a\u0000b",
    "a\u200bb",
    "\u200d\u200d",
    "\u3164",
    "a\ud800",
    "x".repeat(65),
    "😀".repeat(65),
    "e\u0301".repeat(65),
    `a${"\u0301\u0316".repeat(40)}`
  ])("is not %j", (given) => assert.isTrue(Result.isFailure(read(given))))
})

describe("the key of a code", () => {
  it.each([
    ["Eng", "eNG"],
    ["FÜH", "füh"],
    ["ＥＮＧ", "eng"],
    ["a\u00a0b", "A b"],
    ["ﬁ", "FI"],
    ["é", "E\u0301"],
    ["ΟΔΌΣ", "οδός"],
    ["Ⅳ", "iv"]
  ])("is the same of %s and %s", (one, other) => assert.strictEqual(codeKey(one), codeKey(other)))
  it.each([["a", "á"], ["a b", "ab"], ["ss", "ß"], ["I", "İ"], ["ı", "i"]])(
    "is another one of %s and %s",
    (one, other) => assert.notStrictEqual(codeKey(one), codeKey(other))
  )
  it("is had at once, whatever history holds", () => {
    const started = process.cpuUsage()
    codeKey(`a${"\u0316\u0301".repeat(500_000)}`)
    assert.isBelow(process.cpuUsage(started).user, 1_000_000)
  })
})

describe("the code that follows from a name", () => {
  it.each([
    ["Private Office Group", "Private-Office-Group"],
    ["a \u00a0\u3000 b", "a-b"],
    ["株式会社", "株式会社"],
    ["a\u00adb \u200b c", "ab-c"],
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["Z\u200b\u0301", "Ź"],
    ["\u200d a", "a"],
    [`${"\u3164".repeat(60)}a`, "a"],
    ["😀 ".repeat(60), "😀-".repeat(28)]
  ])("%j", (name, code) => assert.strictEqual(codeFrom(name), code))

  it.prop("is one that a command may have", [
    Arbitrary.map(Arbitrary.all([rawText, words(200)]), (parts) => parts.join(" "))
  ], (
    [raw]
  ) => {
    const name = isName(raw)
    if (Result.isFailure(name)) return
    const code = codeFrom(name.success)
    assert.deepStrictEqual(read(code), Result.succeed(code))
    assert.isAtMost(Array.from(code).length, 56)
    assert.deepStrictEqual(read(`${code}-10000`), Result.succeed(`${code}-10000`))
  }, { arbitrary: { runs: 500 } })
})
