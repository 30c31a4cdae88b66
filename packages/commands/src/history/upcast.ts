import type { EventCatalog } from "../definition/EventCatalog.ts"

type JsonObject = { readonly [key: string]: unknown }

/** The version of the shape of a stored event; events without one have version 1. `null` when it is no such number. */
export const schemaVersionOf = (event: JsonObject): number | null => {
  const version = event["schema_version"] ?? 1
  return typeof version === "number" && Number.isSafeInteger(version) && version >= 1 ? version : null
}

/**
 * Brings the JSON of a stored event to the current shape, one version at a time; newer and current events stay as they are. A
 * step of the event's own changes what is its own; every step notes the version that it leads to.
 */
export const upcast = ({ byType, schemaVersion }: EventCatalog, event: JsonObject): JsonObject => {
  const steps = byType.get(String(event["event_type"]))?.upcast
  const first = schemaVersionOf(event) ?? schemaVersion
  let current = first === schemaVersion && event["schema_version"] === undefined
    ? { ...event, schema_version: first }
    : event
  for (let version = first; version < schemaVersion; version++) {
    const stepped = steps?.[version]?.(current) ?? current
    current = { ...stepped, issued_by: stepped["issued_by"] ?? null, schema_version: version + 1 }
  }
  return current
}
