import { Arbitrary, Schema } from "effect"
import { timestampFromMillis } from "../Timestamp.ts"
import { hostileKeys } from "../values/Metadata.ts"
import { uuidV7 } from "./uuidV7.ts"

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
export const uuidOf = (number: number): string =>
  uuidV7(1_755_594_000_000 + number, Uint8Array.from({ length: 10 }, (_, index) => (number >> (index % 4) * 8) & 255))

/** A UUID out of `variety` ones. */
export const uuid = (variety: number): Arbitrary.Arbitrary<string> => Arbitrary.map(upTo(variety - 1), uuidOf)

const instantsMax = 200_000_000_000

/** A canonical timestamp in the years 2020 to 2026. */
export const instant: Arbitrary.Arbitrary<string> = Arbitrary.map(
  upTo(instantsMax),
  (offset) => timestampFromMillis(1_577_836_800_000 + offset)
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

/** A code as a command may hold it. */
export const code: Arbitrary.Arbitrary<string> = among("ENG", "eng", "HQ-001", "SE.1/a_b", "7")

/** A JSON object as metadata may be, with nesting. */
export const metadata: Arbitrary.Arbitrary<{ readonly [key: string]: Schema.Json }> = Arbitrary.map(
  Arbitrary.array(
    Arbitrary.all([words(20), among<Schema.Json>(1, 0, -0.5, "two", null, true, [1, ["x"]], { a: { b: [] } })])
  ),
  (entries) => Object.fromEntries(entries.filter(([key]) => !hostileKeys.has(key)))
)
