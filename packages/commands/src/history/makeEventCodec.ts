import type { EventCodec, EventToAppend, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { AnyEvent, EventCatalog, KnownEvent } from "../definition/EventCatalog.ts"
import { isJsonObject, parseJson } from "../protocol/parseJson.ts"
import { commandIdOf } from "./commandIdOf.ts"
import { isOpaque, type OpaqueEvent } from "./OpaqueEvent.ts"
import { schemaVersionOf, upcast } from "./upcast.ts"

/** Stored JSON nested deeper than this is not read. */
const depthMax = 512

/**
 * Translates between the events of a domain and their stored form. Writing is canonical: every key, in one order, current
 * schema version. Reading accepts every version ever written; what it cannot read becomes an opaque event and never an error.
 */
export const makeEventCodec = (
  catalog: EventCatalog
): EventCodec<AnyEvent | OpaqueEvent> & { readonly encodeEvent: (event: AnyEvent | OpaqueEvent) => string } => {
  const { byType, schemaVersion } = catalog

  const encodeEvent = (event: AnyEvent | OpaqueEvent): string =>
    isOpaque(event) ? event.data : JSON.stringify(byType.get(event.event_type)!.encode(event))

  const encodeKnown = (event: AnyEvent): EventToAppend => ({
    id: event.event_id,
    type: event.event_type,
    token: byType.get(event.event_type)!.token,
    schemaVersion: event.schema_version,
    cause: {
      commandId: commandIdOf(event),
      correlationId: event.identity.correlation_id.value,
      causationId: event.identity.causation_id,
      actor: event.issued_by
    },
    data: encodeEvent(event)
  })

  const decode = (recorded: RecordedEvent): AnyEvent | OpaqueEvent => {
    const json = parseJson(recorded.data, depthMax)
    if (json === undefined) return opaque(recorded, recorded.type, null, false)
    if (!isJsonObject(json)) return opaque(recorded, recorded.type, null, true)
    const type = typeof json["event_type"] === "string" ? json["event_type"] : recorded.type
    const version = schemaVersionOf(json)
    const known = byType.get(type)
    if (version === null || version > schemaVersion || known === undefined) return opaque(recorded, type, version, true)
    return readOf(known, json) ?? opaque(recorded, type, version, true)
  }

  /** A step or a schema that throws has not read the event. */
  const readOf = (known: KnownEvent, json: { readonly [key: string]: unknown }): AnyEvent | undefined => {
    try {
      return known.decode(upcast(catalog, json))
    } catch {
      return undefined
    }
  }

  return { encode: (event) => isOpaque(event) ? encodeOpaque(event) : encodeKnown(event), decode, encodeEvent }
}

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
