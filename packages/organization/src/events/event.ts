import { Schema } from "effect"
import { EventId, plainId } from "../Identifiers.ts"
import { MessageIdentity } from "../MessageIdentity.ts"
import { nullable } from "../wire/nullable.ts"

/** The version of the shape of every event written by this code. */
export const currentSchemaVersion = 2

/**
 * The schema of one event: its own fields between what every event has. Values of stored events are checked for their
 * types only, because history may hold what a command could not bring in today.
 */
export const event = <const Type extends string, const Fields extends Schema.Struct.Fields>(
  type: Type,
  fields: Fields
) =>
  Schema.Struct({
    event_type: Schema.Literal(type),
    event_id: plainId(EventId),
    identity: MessageIdentity,
    ...fields,
    issued_by: nullable(Schema.String),
    schema_version: Schema.Literal(currentSchemaVersion)
  })
