import { Schema } from "effect"
import { MessageIdentity } from "../MessageIdentity.ts"
import { Version } from "../values/Quantity.ts"
import { Actor } from "../values/Text.ts"
import { omittedWhenNull } from "../wire/nullable.ts"

/** The schema of one command: its own fields between its identity and what any command may add. */
export const command = <const Type extends string, const Fields extends Schema.Struct.Fields>(
  type: Type,
  fields: Fields
) =>
  Schema.Struct({
    command_type: Schema.Literal(type),
    identity: MessageIdentity,
    ...fields,
    issued_by: omittedWhenNull(Actor),
    expected_version: omittedWhenNull(Version)
  })
