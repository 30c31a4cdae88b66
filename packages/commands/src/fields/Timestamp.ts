import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Effect, Schema, SchemaGetter, SchemaIssue } from "effect"

/**
 * A UTC instant with millisecond precision in the years 0001 to 9999, always spelled `YYYY-MM-DDTHH:mm:ss.sssZ`; such
 * strings sort as the instants do.
 */
export const Timestamp = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, { expected: "a UTC timestamp with milliseconds" })
).pipe(Schema.brand("Timestamp"))
export type Timestamp = typeof Timestamp.Type

const earliest = Date.parse("0001-01-01T00:00:00.000Z")
const latest = Date.parse("9999-12-31T23:59:59.999Z")
/** Nearly everything that is read was written canonically, and most days are in every month: these need no calendar. */
const canonical = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):?([0-5]\d))$/

/** The timestamp of a time in milliseconds since 1970; beyond the supported years it is the nearest supported instant. */
export const timestampFromMillis = (millis: number): Timestamp => {
  const bounded = Number.isNaN(millis) ? 0 : Math.min(Math.max(Math.trunc(millis), earliest), latest)
  const second = Math.floor(bounded / 1000)
  if (second !== lastSecond) {
    lastText = new Date(bounded).toISOString().slice(0, -"000Z".length)
    lastSecond = second
  }
  return `${lastText}${String(bounded - second * 1000).padStart(3, "0")}Z` as Timestamp
}

/** Timestamps of now come many in a second, and the calendar is most of their price. */
let lastSecond = Number.NaN
let lastText = ""

/** Milliseconds since 1970. */
export const timestampToMillis = (timestamp: Timestamp): number => Date.parse(timestamp)

/**
 * Reads RFC 3339 with any offset, `T` or a space, and up to nine fraction digits (cut to milliseconds); a leap second,
 * which only the end of a day has in UTC, is the last millisecond before it. `null` for anything else, days and hours that do not exist included.
 */
export const parseTimestamp = (text: string): Timestamp | null => {
  if (canonical.test(text)) return text as Timestamp
  const match = rfc3339.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) {
    return null
  }
  const offset = match[8] === undefined ? 0 : (Number(match[9]) * 60 + Number(match[10])) * (match[8] === "-" ? 1 : -1)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute + offset, second, Number((match[7] ?? "").slice(0, 3).padEnd(3, "0")))
  if (second === 60) {
    // In this calendar a leap second is the first one of the next day.
    if (date.getUTCHours() + date.getUTCMinutes() > 0) return null
    date.setUTCHours(0, 0, 0, -1)
  }
  const millis = date.getTime()
  return millis < earliest || millis > latest ? null : timestampFromMillis(millis)
}

const dateAlone = /^\d{4}-\d{2}-\d{2}$/

/** Reads a date alone, which is its midnight UTC, and whatever {@link parseTimestamp} reads. */
export const parseDateOrTime = (text: string): Timestamp | null =>
  parseTimestamp(dateAlone.test(text) ? `${text}T00:00:00.000Z` : text)

/** A time as people are shown it: the date alone when it is midnight UTC. */
export const dateOrTimeText = (time: Timestamp): string =>
  time.endsWith(midnight) ? time.slice(0, -midnight.length) : time

const midnight = "T00:00:00.000Z"

const canonicalAlone = (value: unknown) => typeof value === "string" && canonical.test(value) ? value : undefined

const readBy = (parse: (text: string) => Timestamp | null, message: string) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(Timestamp, {
      decode: SchemaGetter.transformEffect<string, unknown>((value, options) => {
        const parsed = typeof value === "string" ? parse(value) : null
        return parsed === null
          ? Effect.fail(new SchemaIssue.InvalidValue({ message }, value, options))
          : Effect.succeed(parsed)
      }),
      encode: SchemaGetter.transform((text: string): unknown => text)
    })),
    { decode: canonicalAlone, encode: canonicalAlone }
  )

/**
 * A field that is written canonically and read in every form of {@link parseTimestamp}.
 *
 * ```ts
 * { due: timestamp } // {"due":"2026-01-31T12:00:00+01:00"} is read as "2026-01-31T11:00:00.000Z"
 * ```
 */
export const timestamp = readBy(parseTimestamp, "Expected an RFC 3339 timestamp")

/**
 * As {@link timestamp}, and a date alone stands for its midnight UTC.
 *
 * ```ts
 * { founded: dateOrTime } // {"founded":"1694-07-27"} is read as "1694-07-27T00:00:00.000Z"
 * ```
 */
export const dateOrTime = readBy(parseDateOrTime, "Expected a date or an RFC 3339 timestamp")

const daysIn = (year: number, month: number): number => {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}
