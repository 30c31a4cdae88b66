import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Effect, Result, Schema, type SchemaAST, SchemaGetter, SchemaIssue } from "effect"
import { isJsonObject } from "../protocol/parseJson.ts"
import { hostileKeys, isPlain, type MetadataProblem, readMetadata } from "./readMetadata.ts"

/** Free attributes of something as a JSON object. */
export type Metadata = { readonly [key: string]: Schema.Json }

const asIs = SchemaGetter.transform<unknown, unknown>((value) => value)

const issueOf = (problems: ReadonlyArray<MetadataProblem>, value: unknown, options: SchemaAST.ParseOptions) => {
  const [first, ...others] = problems.map(({ expected, path }) => {
    const issue = new SchemaIssue.InvalidValue({ message: expected }, value, options)
    return path.length === 0 ? issue : new SchemaIssue.Pointer(path, issue)
  })
  return new SchemaIssue.Composite(Schema.Unknown.ast, [first!, ...others], value, options)
}

const MetadataObject = Schema.declare((value): value is Metadata => isJsonObject(value), { expected: "a JSON object" })

/**
 * Metadata of a command: an object of at most `bytesMax` as UTF-8 JSON, nested at most 16 deep, without numbers that do not
 * come back, and without the keys `__proto__`, `prototype` and `constructor` at any depth. Its texts and keys are
 * well-formed Unicode in normal form, without space around.
 *
 * ```ts
 * { labels: metadataWithin(1024) } // {"labels":{"color":"red"}}
 * ```
 */
export const metadataWithin = (bytesMax: number) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(
      MetadataObject,
      {
        decode: SchemaGetter.transformEffect<any, unknown>((value, options) =>
          isJsonObject(value)
            ? Result.match(readMetadata(value, bytesMax), {
              onSuccess: Effect.succeed,
              onFailure: (problems) => Effect.fail(issueOf(problems, value, options))
            })
            : Effect.succeed(value)
        ),
        encode: asIs
      }
    )),
    { decode: (value) => isFlat(value, bytesMax, true) ? value : undefined }
  )

/** Metadata of at most 64 KiB. */
export const Metadata = metadataWithin(64 * 1024)

/**
 * Whether it is certainly right and canonical: an object of few short members that are no objects, under keys that are
 * harmless. A character takes at most six bytes of JSON. Of a command, texts must be plain and numbers safe as well.
 */
const isFlat = (value: unknown, bytesMax: number, ofCommand: boolean): boolean => {
  if (!isJsonObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false
  const numberMax = ofCommand ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE
  let size = 0
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (typeof member === "string") {
      size += member.length
      if (ofCommand && !isPlain(member)) return false
    } else if (
      typeof member === "number"
        ? !(Math.abs(member) <= numberMax) || member === 0
        : typeof member !== "boolean"
    ) {
      return false
    }
    size += key.length + 40
    if (size > bytesMax / 6 || hostileKeys.has(key) || (ofCommand && !isPlain(key))) return false
  }
  return true
}

/** How deep the metadata of a stored event are looked at; no event nests deeper. */
const storedDepthMax = 600

/** Metadata in a stored event: whatever JSON history holds. */
export const StoredMetadata = CompiledSchemas.withShortcut(
  Schema.Unknown.pipe(Schema.decodeTo(
    Schema.declare((_value): _value is Schema.Json => true, { expected: "JSON" }),
    {
      decode: SchemaGetter.transform((value) => canonical(value, storedDepthMax)),
      encode: asIs
    }
  )),
  { decode: (value) => isFlat(value, 64 * 1024, false) ? value : undefined }
)

/** The value with 0 for every -0, which JSON can say but does not keep; nothing is copied that has none. */
const canonical = (value: any, levels: number): any => {
  if (typeof value === "number") return value === 0 ? 0 : value
  if (typeof value !== "object" || value === null || levels === 0) return value
  const members = Object.entries(value).map(([key, member]) => [key, canonical(member, levels - 1)] as const)
  if (members.every(([key, member]) => Object.is(member, value[key]))) return value
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}
