import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { Schema, SchemaGetter } from "effect"
import { isJsonObject } from "../wire/parseJson.ts"

/** Free attributes of an organization as a JSON object. */
export type Metadata = { readonly [key: string]: Schema.Json }

const bytesMax = 64 * 1024
const depthMax = 16

/** Keys that reach into the workings of JavaScript objects. */
export const hostileKeys: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"])

const encoder = new TextEncoder()
const asIs = SchemaGetter.transform<unknown, unknown>((value) => value)

/**
 * Metadata of a command: an object of at most 64 KiB as UTF-8 JSON, nested at most 16 deep, without numbers that JSON
 * cannot hold, and without the keys `__proto__`, `prototype` and `constructor` at any depth.
 */
export const Metadata = quickCodec.withShortcut(
  Schema.Unknown.pipe(Schema.decodeTo(
    Schema.declare((value): value is Metadata => isJsonObject(value), { expected: "a JSON object" })
      .check(Schema.makeFilter((value) => {
        const problem = findProblem(value, 1)
        if (problem !== undefined) return problem
        return encoder.encode(JSON.stringify(value)).length <= bytesMax || `Expected at most ${bytesMax} bytes of JSON`
      })),
    { decode: SchemaGetter.transform((value) => canonical(value, depthMax)), encode: asIs }
  )),
  { decode: (value) => isFlat(value) ? value : undefined }
)

/**
 * Whether it is certainly right and canonical: an object of few short members that are no objects, under keys that are
 * harmless. A character takes at most six bytes of JSON.
 */
const isFlat = (value: unknown): boolean => {
  if (!isJsonObject(value)) return false
  let size = 0
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (typeof member === "string") size += member.length
    else if (typeof member === "number" ? !Number.isFinite(member) || member === 0 : typeof member !== "boolean") {
      return false
    }
    size += key.length + 40
    if (size > bytesMax / 6 || hostileKeys.has(key)) return false
  }
  return true
}

/** How deep the metadata of a stored event are looked at; no event nests deeper. */
const storedDepthMax = 600

/** Metadata in a stored event: whatever JSON history holds. */
export const StoredMetadata = quickCodec.withShortcut(
  Schema.Unknown.pipe(Schema.decodeTo(
    Schema.declare((_value): _value is Schema.Json => true, { expected: "JSON" }),
    {
      decode: SchemaGetter.transform((value) => canonical(value, storedDepthMax)),
      encode: asIs
    }
  )),
  { decode: (value) => isFlat(value) ? value : undefined }
)

/** The value with 0 for every -0, which JSON can say but does not keep; nothing is copied that has none. */
const canonical = (value: any, levels: number): any => {
  if (typeof value === "number") return value === 0 ? 0 : value
  if (typeof value !== "object" || value === null || levels === 0) return value
  const members = Object.entries(value).map(([key, member]) => [key, canonical(member, levels - 1)] as const)
  if (members.every(([key, member]) => Object.is(member, value[key]))) return value
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}

const findProblem = (value: unknown, depth: number): string | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "Expected numbers that JSON can hold"
  if (typeof value !== "object" || value === null) return undefined
  if (depth > depthMax) return `Expected at most ${depthMax} levels of nesting`
  for (const [key, member] of Object.entries(value)) {
    if (hostileKeys.has(key)) return `Expected no key named ${key}`
    const problem = findProblem(member, depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}
