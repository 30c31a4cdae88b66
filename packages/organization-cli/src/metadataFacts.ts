import { isJsonObject } from "@cim-domain/commands/protocol/parseJson"
import type { Schema } from "effect"

/** Free attributes as names and texts for people. History may hold some that are no object. */
export const metadataFacts = (metadata: Schema.Json): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(isJsonObject(metadata) ? metadata : metadata === null ? {} : { metadata }).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value)
  ])
