import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import type { EventCodec, EventToAppend, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { Result, Schema } from "effect"
import { currentSchemaVersion } from "./events/event.ts"
import type { OpaqueEvent } from "./events/OpaqueEvent.ts"
import { schemaVersionOf, upcast } from "./events/upcast.ts"
import {
  commandIdOf,
  eventSchemas,
  type EventType,
  eventTypes,
  isEventType,
  type KnownEvent,
  type OrganizationEvent
} from "./OrganizationEvent.ts"
import { eventTokens } from "./Subjects.ts"
import { isJsonObject, parseJson } from "./wire/parseJson.ts"

/** Stored JSON nested deeper than this is not read. */
const depthMax = 512

/**
 * Translates between events and their stored form. Writing is canonical: every key, in one order, current schema version.
 * Reading accepts every version ever written; what it cannot read becomes an opaque event and never an error.
 */
export const organizationEventCodec: EventCodec<OrganizationEvent> = {
  encode: (event) => event.event_type === "Opaque" ? encodeOpaque(event) : encodeKnown(event),
  decode: (recorded) => decode(recorded)
}

/** The event as canonical JSON text; of an opaque one the text it was stored as. */
export const encodeEvent = (event: OrganizationEvent): string =>
  event.event_type === "Opaque" ? event.data : JSON.stringify(encoders[event.event_type](event))

const encodeKnown = (event: KnownEvent): EventToAppend => ({
  id: event.event_id,
  type: event.event_type,
  token: eventTokens[event.event_type],
  schemaVersion: event.schema_version,
  cause: {
    commandId: commandIdOf(event),
    correlationId: event.identity.correlation_id.value,
    causationId: event.identity.causation_id,
    actor: event.issued_by
  },
  data: encodeEvent(event)
})

const encodeOpaque = (event: OpaqueEvent): EventToAppend => ({
  id: event.event_id ?? "",
  type: event.recorded_type,
  token: "opaque",
  schemaVersion: event.schema_version ?? 1,
  cause: {
    commandId: event.command_id ?? "",
    correlationId: event.correlation_id ?? "",
    causationId: event.command_id ?? "",
    actor: null
  },
  data: event.data
})

const decode = (recorded: RecordedEvent): OrganizationEvent => {
  const json = parseJson(recorded.data, depthMax)
  if (json === undefined) return opaque(recorded, recorded.type, null, false)
  if (!isJsonObject(json)) return opaque(recorded, recorded.type, null, true)
  const type = typeof json["event_type"] === "string" ? json["event_type"] : recorded.type
  const version = schemaVersionOf(json)
  if (version === null || version > currentSchemaVersion || !isEventType(type)) {
    return opaque(recorded, type, version, true)
  }
  const decoded = decoders[type](upcast(json))
  return Result.isSuccess(decoded) ? decoded.success : opaque(recorded, type, version, true)
}

const opaque = (
  recorded: RecordedEvent,
  recorded_type: string,
  schema_version: number | null,
  readable: boolean
): OpaqueEvent => ({
  event_type: "Opaque",
  recorded_type,
  schema_version,
  readable,
  event_id: recorded.id,
  command_id: recorded.commandId,
  correlation_id: recorded.correlationId,
  data: recorded.data
})

type AnyEvent = Schema.Codec<KnownEvent, unknown>

const forEachType = <A>(make: (schema: AnyEvent) => A): Readonly<Record<EventType, A>> =>
  Object.fromEntries(
    eventTypes.map((type) => [type, make(eventSchemas[type] as unknown as AnyEvent)])
  ) as Record<EventType, A>

const decoders = forEachType((schema) => Schema.decodeUnknownResult(CompiledSchemas.install(schema)))
const encoders = forEachType((schema) => Schema.encodeSync(CompiledSchemas.install(schema)))
