import { Schema } from "effect"
import { EventId, plainId } from "./fields/Identifier.ts"
import { nullable } from "./fields/nullable.ts"
import { timestamp } from "./fields/Timestamp.ts"
import { MessageIdentity } from "./protocol/MessageIdentity.ts"

/** What an event says beside what every event does. */
export type EventFields = Schema.Struct.Fields

/** Where an event says in whose history it belongs. */
export type EventAddressee = string | ((event: any) => string) | undefined

/** What else there is to an event; see {@link make}. */
export interface EventOptions<Addressee extends EventAddressee = EventAddressee> {
  /** The name of the event in subjects. Default: its type in snake case. */
  readonly token?: string | undefined
  /** The field with the id of what was created, for the answer to a repeated command. */
  readonly creates?: string | undefined
  /** The field with the id of the aggregate in whose history the event belongs, or what tells it, when that is not `<name>_id`. */
  readonly addressee?: Addressee
  /**
   * The commands that led to such events before events named their commands, the usual one first. Not for new events.
   */
  readonly causedBy?: readonly [string, ...ReadonlyArray<string>] | undefined
  /** Steps that bring the JSON of older shapes up, by the version they begin at; see `schemaVersion` of the definition. */
  readonly upcast?: { readonly [version: number]: (event: JsonObject) => JsonObject } | undefined
}

type JsonObject = { readonly [key: string]: unknown }

/** The definition of one event: its fields, and what else there is to it. */
export interface EventDefinition<
  Fields extends EventFields = EventFields,
  Addressee extends EventAddressee = EventAddressee
> {
  readonly _tag: "EventDefinition"
  readonly fields: Fields
  readonly options: EventOptions<Addressee>
}

/**
 * Defines an event that there is more to say of than its fields.
 *
 * ```ts
 * const RoleAssigned = Event.make({ assignment_id: entityId(AssignmentId) }, { creates: "assignment_id" })
 * ```
 */
export const make = <const Fields extends EventFields, const Addressee extends EventAddressee = undefined>(
  fields: Fields,
  options: EventOptions<Addressee> = {}
): EventDefinition<Fields, NoInfer<Addressee>> => ({ _tag: "EventDefinition", fields, options })

/** When an event happened, unless its own fields have a place for it. */
export const occurredAt = { occurred_at: timestamp }

/** The fields that every event has beside its own. */
export const eventEnvelopeFields = ["event_type", "event_id", "identity", "issued_by", "schema_version"] as const

/**
 * The schema of one event: its own fields between what every event has. Values of stored events are checked for their
 * types only, because history may hold what a command could not bring in today.
 */
export const schemaOf = <
  const Type extends string,
  const Fields extends EventFields,
  const Version extends number
>(type: Type, fields: Fields, schemaVersion: Version) =>
  Schema.Struct({
    event_type: Schema.Literal(type),
    event_id: plainId(EventId),
    identity: MessageIdentity,
    ...fields,
    issued_by: nullable(Schema.String),
    schema_version: Schema.Literal(schemaVersion)
  })
