import { Arbitrary, Schema } from "effect"
import { hostileKeys } from "../fields/readMetadata.ts"
import { timestampFromMillis } from "../fields/Timestamp.ts"
import { uuidV7OfHex } from "./uuidV7.ts"

/** A number from 0 to `maximum`. */
export const upTo = (maximum: number): Arbitrary.Arbitrary<number> =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum })))

/** A value of one of several generators. */
export const oneOf = <A>(...choices: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(upTo(choices.length - 1), (index) => choices[index]!)

/** One of several values. */
export const among = <A>(...values: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(upTo(values.length - 1), (index) => values[index]!)

/** Up to `maximum` values; long lists are as likely as short ones. */
export const listOf = <A>(arbitrary: Arbitrary.Arbitrary<A>, maximum: number): Arbitrary.Arbitrary<ReadonlyArray<A>> =>
  Arbitrary.flatMap(upTo(maximum), (length) => Arbitrary.array(arbitrary, { minLength: length, maxLength: length }))

/** A value or, one time in two, `null`. */
export const orNull = <A>(arbitrary: Arbitrary.Arbitrary<A>): Arbitrary.Arbitrary<A | null> =>
  oneOf<A | null>(arbitrary, Arbitrary.Constant(null))

/** The UUID of a number, equal for equal numbers. */
export const uuidOf = (number: number): string => {
  const swapped = (number & 255) << 24 | (number >> 8 & 255) << 16 | (number >> 16 & 255) << 8 | number >> 24 & 255
  const hex = (swapped >>> 0).toString(16).padStart(8, "0")
  return uuidV7OfHex(1_755_594_000_000 + number, `${hex}${hex}${hex.slice(0, 4)}`)
}

/** A UUID out of `variety` ones. */
export const uuid = (variety: number): Arbitrary.Arbitrary<string> => Arbitrary.map(upTo(variety - 1), uuidOf)

const instantsMax = 200_000_000_000
const dayMillis = 86_400_000

/** A canonical timestamp in the years 2020 to 2026, now and then of midnight. */
export const instant: Arbitrary.Arbitrary<string> = Arbitrary.map(
  Arbitrary.all([upTo(instantsMax), upTo(9)]),
  ([offset, tenth]) => timestampFromMillis(1_577_836_800_000 + (tenth === 0 ? offset - offset % dayMillis : offset))
)

/** Text of 1 to `maximum` code points as a command may hold it. */
export const words = (maximum: number): Arbitrary.Arbitrary<string> =>
  oneOf(
    among("Acme", "Ümläut & Söhne", "株式会社", "a", "Zoë 🏢", "constructor", "__proto__"),
    Arbitrary.map(Arbitrary.schema(Schema.String), (raw) => {
      const clean = raw.replaceAll(/\p{Cc}/gu, "").toWellFormed().normalize("NFC").trim()
      return Array.from(clean).slice(0, maximum).join("").trim() || "x"
    })
  )

/**
 * Text as somebody may send it who means no good, or does not know: half surrogate pairs, decomposed and unordered marks,
 * characters that nobody sees, control characters, and whatever else a string can hold.
 */
export const rawText: Arbitrary.Arbitrary<string> = oneOf(
  among(
    "Bad \ud83d",
    "\ude00 first",
    "\ude00\ud83d",
    "Zoe\u0308",
    "e\u0323\u0301 and e\u0301\u0323",
    "\u1112\u1161\u11ab",
    " \u00a0padded\u3000",
    "\u200b\u2060",
    "\u2028",
    "a\u0085b",
    "two\nlines",
    "\u0344".repeat(64),
    `a${"\u0316\u0301".repeat(40)}`,
    "😀".repeat(200),
    ""
  ),
  Arbitrary.schema(Schema.String)
)

/** Text as history may hold it: what a command may, and now and then what only an older writer let in. */
export const storedWords = (maximum: number): Arbitrary.Arbitrary<string> =>
  oneOf(words(maximum), words(maximum), words(maximum), rawText)

/** A code as a command may hold it. */
export const code: Arbitrary.Arbitrary<string> = among(
  "ENG",
  "eng",
  "ＥＮＧ",
  "HQ-001",
  "SE.1/a_b",
  "7",
  "R&D",
  "Human Resources",
  "문화-01",
  "FÜH"
)

/** A JSON object as metadata may be, with nesting. */
export const metadata: Arbitrary.Arbitrary<{ readonly [key: string]: Schema.Json }> = Arbitrary.map(
  Arbitrary.array(
    Arbitrary.all([words(20), among<Schema.Json>(1, 0, -0.5, "two", null, true, [1, ["x"]], { a: { b: [] } })])
  ),
  (entries) => Object.fromEntries(entries.filter(([key]) => !hostileKeys.has(key)))
)

/** The text of a number as JSON may have it, whether or not a floating-point number holds it. */
export const rawNumber: Arbitrary.Arbitrary<string> = oneOf(
  among(
    "0",
    "-0",
    "1.0",
    "0.1",
    "1e2",
    "9007199254740991",
    "-9007199254740992",
    "12345678901234567890",
    "1e999",
    "-1e400",
    "1e-999",
    "0.1000000000000000055511151231257827",
    "0.30000000000000004",
    "3.14159265358979323846",
    "5.000000000000000000001",
    "1.7976931348623157e308",
    "5e-324",
    "123456789012345.5"
  ),
  Arbitrary.map(
    Arbitrary.all([upTo(99_999_999), upTo(99_999_999), upTo(40)]),
    ([whole, fraction, power]) => `${whole}.${fraction}e${power - 20}`
  )
)
