import { readId } from "./ids.ts"
import { isFields, type Json } from "./Json.ts"

/** The values of 2.2 and 2.3: each reads what a requester wrote, and gives it as it is kept, or `undefined` when it is wrong. */
export type Value = (raw: Json) => Json | undefined

const lengthOf = (text: string) => Array.from(text).length

/** All line breaks and control characters. */
const beyondALine = /[\p{Cc}\u2028\u2029]/u
const beyondAText = /(?![\n\t])\p{Cc}/u
const isSeen = (text: string) => /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text)

const text = (min: number, max: number, isRight: (text: string) => boolean): Value => (raw) => {
  if (typeof raw !== "string" || !raw.isWellFormed()) return undefined
  const kept = raw.normalize("NFC").trim()
  return lengthOf(kept) >= min && lengthOf(kept) <= max && isRight(kept) ? kept : undefined
}

const isName = (text: string) => !beyondALine.test(text) && isSeen(text)

export const name = text(1, 200, isName)
export const label = text(1, 100, isName)
export const description = text(0, 4000, (text) => !beyondAText.test(text))
export const reason = text(1, 1000, (text) => !beyondAText.test(text))

/**
 * Letters and digits of any script with their marks, punctuation and symbols, and spaces between them, one at a time. The joiners are
 * part of what they join: Persian words and many symbols are not spelt without.
 */
const asPeopleHaveThem = /^(?:\p{Zs}?[\p{L}\p{M}\p{N}\p{P}\p{S}\u200c\u200d])+$/u

/** A code is kept as it is given. */
export const code = text(1, 64, (text) => isName(text) && asPeopleHaveThem.test(text))

/**
 * The code of a unit of this name to which nobody gave one, before it is looked for one that is free: without what stands in no code.
 */
export const codeFromName = (name: string): string =>
  Array.from(name.replace(/\s+/gu, "-").replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\u200c\u200d]/gu, "")).slice(0, 56).join("")

/** Codes with the same key are the same code. */
export const codeKey = (code: string): string => code.normalize("NFKC").toLowerCase().normalize("NFC")

const whole = (min: number, max: number): Value => (raw) =>
  Number.isInteger(raw) && (raw as number) >= min && (raw as number) <= max ? raw : undefined

export const level = whole(0, 255)
export const capacity = whole(0, 4_294_967_295)
export const maxMembers = whole(1, 4_294_967_295)
export const flag: Value = (raw) => typeof raw === "boolean" ? raw : undefined

/** An id that is written as an object, or as a text; kept as a text. */
export const id: Value = (raw) => readId(raw) ?? undefined

/** One of these names, also as `{"LLC": null}`. */
export const oneOf = (...names: ReadonlyArray<string>): Value => (raw) => {
  const named = isFields(raw) && Object.keys(raw).length === 1 && Object.values(raw)[0] === null
    ? Object.keys(raw)[0]!
    : raw
  return typeof named === "string" && names.includes(named) ? named : undefined
}

/** The same, or `{"Other": "as people call it"}`. */
export const oneOfOr = (...names: ReadonlyArray<string>): Value => (raw) => {
  if (!isFields(raw) || typeof raw["Other"] !== "string") return oneOf(...names)(raw)
  const other = Object.keys(raw).length === 1 ? label(raw["Other"]) : undefined
  return other === undefined ? undefined : { Other: other }
}

/** A list of texts, each once. */
export const texts = (max: number): Value => (raw) => {
  if (!Array.isArray(raw)) return undefined
  const all = raw.map(text(1, max, (text) => !beyondAText.test(text)))
  const once = [...new Set(all)]
  return once.includes(undefined) || once.length > 200 ? undefined : once as ReadonlyArray<string>
}

/** A list of ids, each once. */
export const ids = (max: number): Value => (raw) => {
  if (!Array.isArray(raw)) return undefined
  const once = [...new Set(raw.map(readId))]
  return once.includes(null) || once.length > max ? undefined : once
}

const moment = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))$/

/** An instant, in any of its spellings; kept in the one of 2.2. */
export const timestamp: Value = (raw) => {
  const parts = typeof raw === "string" ? moment.exec(raw) : null
  if (parts === null) return undefined
  const [, year, month, day, hours, minutes, seconds, fraction = "", sign, ahead = "0", aheadMinutes = "0"] = parts
  // The second that is put in between lasts as long as the one before it.
  const end = seconds === "60" ? "59.999" : `${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}`
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${end}Z`
  const here = Date.parse(written)
  // The 30th of February is read by nobody, though there are ways to count it.
  if (Number.isNaN(here) || new Date(here).toISOString() !== written) return undefined
  if (Number(ahead) > 23 || Number(aheadMinutes) > 59) return undefined
  const instant = here - (sign === "-" ? -1 : 1) * (Number(ahead) * 60 + Number(aheadMinutes)) * 60_000
  // UTC puts it in at the end of a day, and nowhere else.
  if (seconds === "60" && (instant + 1) % 86_400_000 !== 0) return undefined
  const kept = new Date(instant).toISOString()
  return /^\d{4}-/.test(kept) && !kept.startsWith("0000") ? kept : undefined
}

/** The same, and a day alone, which is its midnight. */
export const date: Value = (raw) =>
  timestamp(typeof raw === "string" && /^\d{4}-\d\d-\d\d$/.test(raw) ? `${raw}T00:00:00Z` : raw)

const forbiddenKeys = ["__proto__", "prototype", "constructor"]

const isFree = (value: Json, depth: number): boolean => {
  if (typeof value === "string") return value.isWellFormed()
  if (typeof value === "number") return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== "object" || value === null) return true
  if (depth > 16) return false
  return Array.isArray(value)
    ? value.every((each) => isFree(each, depth + 1))
    : Object.entries(value).every(([key, each]) =>
      key.isWellFormed() && !forbiddenKeys.includes(keptText(key)) && isFree(each, depth + 1)
    )
}

const keptText = (text: string) => text.normalize("NFC").trim()

/** Texts in it are kept as other texts are. */
const keptFree = (value: Json): Json => {
  if (typeof value === "string") return keptText(value)
  if (typeof value !== "object" || value === null) return value
  return Array.isArray(value)
    ? value.map(keptFree)
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [keptText(key), keptFree(each)]))
}

const free = (maxBytes: number): Value => (raw) => {
  if (!isFields(raw) || !isFree(raw, 1)) return undefined
  const kept = keptFree(raw)
  return new TextEncoder().encode(JSON.stringify(kept)).length <= maxBytes ? kept : undefined
}

/** Free attributes of an organization, replaced as a whole. */
export const metadata = free(65_536)

/** Those of a unit. */
export const unitMetadata = free(8_192)
