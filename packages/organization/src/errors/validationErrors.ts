import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

/** The message itself is wrong; sending it again changes nothing. */
export const validationErrors = {
  ReasonRequired: Rejection.make(
    "ReasonRequired",
    "validation",
    { from: Schema.String, to: Schema.String },
    (details) => `Reason required: the change from ${details.from} to ${details.to} needs one`
  ),
  EffectiveDateOutOfRange: Rejection.make(
    "EffectiveDateOutOfRange",
    "validation",
    { min: Schema.NullOr(Schema.String), max: Schema.String },
    (details) =>
      `Effective date out of range: must be ${
        details.min === null ? `at most ${details.max}` : `from ${details.min} to ${details.max}`
      }`
  )
}
