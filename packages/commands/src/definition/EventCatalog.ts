import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Result, Schema } from "effect"
import { type EventDefinition, type EventFields, make, occurredAt, schemaOf } from "../Event.ts"
import { entityId, type IdentifierSchema } from "../fields/Identifier.ts"
import type { Timestamp } from "../fields/Timestamp.ts"
import type { MessageIdentity } from "../protocol/MessageIdentity.ts"
import { isDefinition } from "./CommandCatalog.ts"
import { snakeCase } from "./snakeCase.ts"

/** An event of whatever type, as a domain sees it. */
export interface AnyEvent {
  readonly event_type: string
  readonly event_id: string
  readonly identity: MessageIdentity
  readonly occurred_at: Timestamp
  readonly issued_by: string | null
  readonly schema_version: number
}

type JsonObject = { readonly [key: string]: unknown }

/** All that is known about the events of one type. */
export interface KnownEvent {
  readonly type: string
  readonly token: string
  readonly schema: Schema.Codec<AnyEvent, unknown>
  /** The fields of the schema. */
  readonly fields: EventFields
  readonly creates: string | undefined
  /** The field that says in whose history it belongs, unless a function does. */
  readonly addressee: string | undefined
  /** Commands that may have led to it in history from before events named theirs. */
  readonly causedBy: ReadonlyArray<string>
  readonly aggregateIdOf: (event: AnyEvent) => string
  readonly upcast: { readonly [version: number]: (event: JsonObject) => JsonObject }
  readonly decode: (json: unknown) => AnyEvent | undefined
  readonly encode: (event: AnyEvent) => unknown
}

/** The events of one domain, by type and by token. */
export interface EventCatalog {
  readonly schemaVersion: number
  readonly types: ReadonlyArray<string>
  readonly byType: ReadonlyMap<string, KnownEvent>
  readonly byToken: ReadonlyMap<string, KnownEvent>
}

/** What a definition says about events: their own fields alone, or more. */
export type EventTable = { readonly [type: string]: EventFields | EventDefinition<any, any> }

/** Everything that follows from the events of a definition. */
export const makeEventCatalog = (
  idField: string,
  id: IdentifierSchema,
  table: EventTable,
  schemaVersion: number
): EventCatalog => {
  const known = Object.entries(table).map(([type, given]) =>
    knownEvent(idField, id, type, isDefinition<EventDefinition<any, any>>(given) ? given : make(given), schemaVersion)
  )
  return {
    schemaVersion,
    types: known.map(({ type }) => type),
    byType: new Map(known.map((event) => [event.type, event])),
    byToken: new Map(known.map((event) => [event.token, event]))
  }
}

const knownEvent = (
  idField: string,
  id: IdentifierSchema,
  type: string,
  { fields: own, options }: EventDefinition,
  schemaVersion: number
): KnownEvent => {
  const addressee = options.addressee ?? idField
  const given = typeof addressee === "function" || addressee in own ? own : { [addressee]: entityId(id), ...own }
  const struct = schemaOf(type, "occurred_at" in given ? given : { ...given, ...occurredAt }, schemaVersion)
  const schema = struct as unknown as Schema.Codec<AnyEvent, unknown>
  const decode = Schema.decodeUnknownResult(CompiledSchemas.install(schema))
  return {
    type,
    token: options.token ?? snakeCase(type),
    schema,
    fields: struct.fields,
    creates: options.creates,
    addressee: typeof addressee === "function" ? undefined : addressee,
    causedBy: options.causedBy ?? [],
    aggregateIdOf: typeof addressee === "function"
      ? addressee
      : (event) => event[addressee as keyof AnyEvent] as string,
    upcast: options.upcast ?? {},
    decode: (json) => Result.getOrUndefined(decode(json)),
    encode: Schema.encodeSync(schema)
  }
}
