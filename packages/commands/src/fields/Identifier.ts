import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { type Brand, Effect, Schema, SchemaGetter, SchemaIssue } from "effect"
import { canonicalUuid, uuidPattern } from "./uuid.ts"

const Canonical = Schema.String.check(Schema.isPattern(uuidPattern, { expected: "a UUID (RFC 9562, version 1 to 8)" }))

/**
 * A kind of identifier: in memory a canonical UUID string with a brand of its own. On the wire it stands as `{"id": "…"}`
 * ({@link entityId}) or as a plain string ({@link plainId}), depending on the field, and both are understood everywhere.
 *
 * ```ts
 * const PersonId = identifier("PersonId")
 * type PersonId = typeof PersonId.Type
 * ```
 */
export const identifier = <const Name extends string>(name: Name): Identifier<Name> =>
  Canonical.pipe(Schema.brand(name as "Identifier")) as unknown as Identifier<Name>

/** The schema of ids with this brand. */
export type Identifier<Name extends string> = Schema.Codec<string & Brand.Brand<Name>, string> & {
  /** The id in a canonical text. Throws for any other text. */
  readonly make: (text: string) => string & Brand.Brand<Name>
}

/** Names one event for ever. */
export const EventId = identifier("EventId")
export type EventId = typeof EventId.Type

/** Names one message; the message id of a command is its command id. */
export const MessageId = identifier("MessageId")
export type MessageId = typeof MessageId.Type

/** The schema of a kind of identifier. */
export type IdentifierSchema = Schema.Codec<any, string>

/** The canonical UUID in a JSON value of any accepted spelling (`{"id"}`, `{"value"}`, string), or `null`. */
export const readUuid = (value: unknown): string | null => {
  if (typeof value === "string") return canonicalUuid(value)
  if (typeof value !== "object" || value === null) return null
  const inner = "id" in value ? value.id : "value" in value ? value.value : undefined
  return typeof inner === "string" ? canonicalUuid(inner) : null
}

const readId = SchemaGetter.transformEffect<string, unknown>((value, options) => {
  const uuid = readUuid(value)
  return uuid === null
    ? Effect.fail(
      new SchemaIssue.InvalidValue({ message: "Expected a UUID (RFC 9562, version 1 to 8)" }, value, options)
    )
    : Effect.succeed(uuid)
})

const isUuid = (value: unknown): value is string => typeof value === "string" && uuidPattern.test(value)

const decodeId = (value: unknown) => readUuid(value) ?? undefined

/**
 * A field that is written as a plain UUID string.
 *
 * ```ts
 * { order_id: plainId(OrderId) } // {"order_id":"0198c0de-…"}
 * ```
 */
export const plainId = <S extends IdentifierSchema>(id: S) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(id, {
      decode: readId,
      encode: SchemaGetter.transform((text: string): unknown => text)
    })),
    { decode: decodeId, encode: (value) => isUuid(value) ? value : undefined }
  )

/**
 * A field that is written as `{"id": "<uuid>"}`.
 *
 * ```ts
 * { order_id: entityId(OrderId) } // {"order_id":{"id":"0198c0de-…"}}
 * ```
 */
export const entityId = <S extends IdentifierSchema>(id: S) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(id, {
      decode: readId,
      encode: SchemaGetter.transform((text: string): unknown => ({ id: text }))
    })),
    { decode: decodeId, encode: (value) => isUuid(value) ? { id: value } : undefined }
  )
