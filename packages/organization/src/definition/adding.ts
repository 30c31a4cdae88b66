import { isJsonObject } from "@cim-domain/commands/protocol/parseJson"

type JsonObject = { readonly [key: string]: unknown }

/** A step of an event to its next shape: what was added, with values that say the same as its absence did before. */
export const adding = (fields: JsonObject, changes?: JsonObject) => (event: JsonObject): JsonObject => ({
  ...fields,
  ...event,
  ...(changes !== undefined && isJsonObject(event["changes"]) ? { changes: { ...changes, ...event["changes"] } } : {})
})
