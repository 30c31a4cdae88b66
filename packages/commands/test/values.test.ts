import {
  dateOrTimeText,
  parseDateOrTime,
  parseTimestamp,
  timestampFromMillis,
  timestampToMillis
} from "@cim-domain/commands/fields/Timestamp"
import { canonicalUuid } from "@cim-domain/commands/fields/uuid"
import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"

describe("timestamps", () => {
  it("are read in the forms of RFC 3339", () => {
    const cases: ReadonlyArray<readonly [string, string | null]> = [
      ["2024-02-29T23:59:59.1Z", "2024-02-29T23:59:59.100Z"],
      ["2024-12-31T23:30:00-01:00", "2025-01-01T00:30:00.000Z"],
      ["2024-01-01T00:00:00+0530", "2023-12-31T18:30:00.000Z"],
      ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
      ["0099-06-01T00:00:00Z", "0099-06-01T00:00:00.000Z"],
      ["9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z"],
      ["0001-01-01T00:00:00+01:00", null],
      ["9999-12-31T23:59:59-01:00", null],
      ["0000-01-01T00:00:00Z", null],
      ["2023-02-29T00:00:00Z", null],
      ["2023-02-29T00:00:00.000Z", null],
      ["2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
      ["2023-04-31T00:00:00.000Z", null],
      ["2023-04-28T24:00:00.000Z", null],
      ["0000-04-28T23:00:00.000Z", null],
      ["2100-02-29T00:00:00Z", null],
      ["2024-04-31T00:00:00Z", null],
      ["2024-13-01T00:00:00Z", null],
      ["2024-00-01T00:00:00Z", null],
      ["2024-01-01T24:00:00Z", null],
      ["2024-01-01T00:60:00Z", null],
      ["2024-01-01T00:00:60Z", null],
      ["2024-01-01T00:00:00+24:00", null],
      ["2024-01-01T00:00:00.1234567890Z", null],
      ["2024-01-01T00:00:00.Z", null],
      ["2024-01-01T00:00:00", null],
      ["2024-01-01", null],
      ["+12024-01-01T00:00:00Z", null],
      ["", null]
    ]
    for (const [text, expected] of cases) assert.strictEqual(parseTimestamp(text), expected, text)
  })
  it("of a leap second are the end of the second before it", () => {
    const cases: ReadonlyArray<readonly [string, string | null]> = [
      ["2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z"],
      ["2016-12-31T23:59:60.123456Z", "2016-12-31T23:59:59.999Z"],
      ["2016-12-31T23:59:60.000Z", "2016-12-31T23:59:59.999Z"],
      ["2016-12-31T15:59:60-08:00", "2016-12-31T23:59:59.999Z"],
      ["2016-12-31T23:59:60-08:00", null],
      ["2016-12-31T23:59:61Z", null],
      ["2016-12-31T23:60:60Z", null],
      ["9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999Z"]
    ]
    for (const [text, expected] of cases) assert.strictEqual(parseTimestamp(text), expected, text)
  })
  it("may be dates alone where that is said", () => {
    const cases: ReadonlyArray<readonly [string, string | null]> = [
      ["1694-07-27", "1694-07-27T00:00:00.000Z"],
      ["2024-02-29", "2024-02-29T00:00:00.000Z"],
      ["2023-02-29", null],
      ["0000-01-01", null],
      ["2024-1-1", null],
      ["2024-01-01Z", null],
      ["2024-01-01 ", null],
      ["2024-01-01T12:00:00+01:00", "2024-01-01T11:00:00.000Z"],
      ["", null]
    ]
    for (const [text, expected] of cases) {
      const read = parseDateOrTime(text)
      assert.strictEqual(read, expected, text)
      if (read !== null) assert.strictEqual(dateOrTimeText(read), expected!.replace("T00:00:00.000Z", ""))
      if (text.length < 11) assert.isNull(parseTimestamp(text))
    }
  })
  it.prop("are the same in milliseconds", [upTo(2_000_000_000_000)], ([millis]) => {
    assert.strictEqual(timestampToMillis(timestampFromMillis(millis)), millis)
    assert.strictEqual(parseTimestamp(timestampFromMillis(millis)), timestampFromMillis(millis))
  }, { arbitrary: { runs: 300 } })
})

describe("timestamps of times", () => {
  const oneSecond = [0, 1, 999, 1000, -1, -999, -1000, -1001].map((millis) => 1_700_000_000_000 + millis)
  it.each([...oneSecond, -1, 0, 1, -62_135_596_800_000, -62_135_596_800_001, 253_402_300_799_999])("%d", (millis) => {
    const bounded = Math.max(millis, -62_135_596_800_000)
    for (const time of [bounded, bounded + 0.5]) {
      assert.strictEqual(timestampFromMillis(time), new Date(Math.trunc(time)).toISOString())
    }
    assert.strictEqual(timestampFromMillis(millis), new Date(bounded).toISOString())
  })
  it.prop("in any order", [upTo(60_000), upTo(60_000)], ([one, other]) => {
    for (const millis of [one - 30_000, other - 30_000, one]) {
      assert.strictEqual(timestampFromMillis(millis), new Date(millis).toISOString())
    }
  }, { arbitrary: { runs: 300 } })
})

describe("UUIDs", () => {
  it("are of RFC 9562", () => {
    const valid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
    assert.strictEqual(canonicalUuid(valid.toUpperCase()), valid)
    for (
      const wrong of [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "6ba7b810-9dad-91d1-80b4-00c04fd430c8",
        "6ba7b810-9dad-41d1-c0b4-00c04fd430c8",
        "6ba7b8109dad-41d1-80b4-00c04fd430c8",
        `{${valid}`,
        `${valid} `,
        ""
      ]
    ) assert.isNull(canonicalUuid(wrong))
  })
  it("of version 7 begin with their time", () => {
    const made = uuidV7(1_755_594_000_000, Uint8Array.from({ length: 10 }, () => 255))
    assert.strictEqual(made, "0198c18e-8680-7fff-bfff-ffffffffffff")
    assert.strictEqual(canonicalUuid(uuidV7(0, new Uint8Array(10))), "00000000-0000-7000-8000-000000000000")
  })
})
