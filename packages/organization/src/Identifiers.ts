import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Effect, Schema, SchemaGetter, SchemaIssue } from "effect"
import { canonicalUuid, uuidPattern } from "./Uuid.ts"

/**
 * The kinds of identifiers. In memory each is a canonical UUID string with a brand of its own; on the wire an id stands
 * either as `{"id": "…"}` or as a plain string, depending on the field, and both are understood everywhere.
 */
const Canonical = Schema.String.check(Schema.isPattern(uuidPattern, { expected: "a UUID (RFC 9562, version 1 to 8)" }))

/** Names one organization, and with it one stream of events. */
export const OrganizationId = Canonical.pipe(Schema.brand("OrganizationId"))
export type OrganizationId = typeof OrganizationId.Type

/** Names a department within an organization. */
export const DepartmentId = Canonical.pipe(Schema.brand("DepartmentId"))
export type DepartmentId = typeof DepartmentId.Type

/** Names a team within an organization. */
export const TeamId = Canonical.pipe(Schema.brand("TeamId"))
export type TeamId = typeof TeamId.Type

/** Names a role, that is a position whether or not somebody holds it. */
export const RoleId = Canonical.pipe(Schema.brand("RoleId"))
export type RoleId = typeof RoleId.Type

/** Names an organizational place. */
export const FacilityId = Canonical.pipe(Schema.brand("FacilityId"))
export type FacilityId = typeof FacilityId.Type

/** Names one event for ever. */
export const EventId = Canonical.pipe(Schema.brand("EventId"))
export type EventId = typeof EventId.Type

/** Names one message; the message id of a command is its command id. */
export const MessageId = Canonical.pipe(Schema.brand("MessageId"))
export type MessageId = typeof MessageId.Type

type IdSchema = Schema.Codec<string, string>

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

/** A field that is written as a plain UUID string. */
export const plainId = <S extends IdSchema>(id: S) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(id, {
      decode: readId,
      encode: SchemaGetter.transform((text: string): unknown => text)
    })),
    { decode: decodeId, encode: (value) => isUuid(value) ? value : undefined }
  )

/** A field that is written as `{"id": "<uuid>"}`. */
export const entityId = <S extends IdSchema>(id: S) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.pipe(Schema.decodeTo(id, {
      decode: readId,
      encode: SchemaGetter.transform((text: string): unknown => ({ id: text }))
    })),
    { decode: decodeId, encode: (value) => isUuid(value) ? { id: value } : undefined }
  )
