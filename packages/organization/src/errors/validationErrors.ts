import { Schema } from "effect"
import { ValidationIssue } from "../wire/ValidationIssue.ts"
import { errorKind } from "./errorKind.ts"

/** The message itself is wrong; sending it again changes nothing. */
export const validationErrors = {
  MalformedMessage: errorKind(
    "MalformedMessage",
    "validation",
    { why: Schema.String },
    (details) => `Malformed message: ${details.why}`
  ),
  UnknownCommandType: errorKind(
    "UnknownCommandType",
    "validation",
    { command_type: Schema.String },
    (details) => `Unknown command type: ${details.command_type}`
  ),
  UnknownQueryType: errorKind(
    "UnknownQueryType",
    "validation",
    { query_type: Schema.String },
    (details) => `Unknown query type: ${details.query_type}`
  ),
  ValidationFailed: errorKind(
    "ValidationFailed",
    "validation",
    { issues: Schema.Array(ValidationIssue) },
    (details) =>
      `Validation failed: ${
        details.issues.slice(0, 3).map(({ message, path }) => path === "" ? message : `${path}: ${message}`).join("; ")
      }${details.issues.length > 3 ? `; and ${details.issues.length - 3} more` : ""}`
  ),
  SubjectMismatch: errorKind(
    "SubjectMismatch",
    "validation",
    { subject: Schema.String, why: Schema.String },
    (details) => `Subject mismatch: ${details.why}`
  ),
  ReasonRequired: errorKind(
    "ReasonRequired",
    "validation",
    { from: Schema.String, to: Schema.String },
    (details) => `Reason required: the change from ${details.from} to ${details.to} needs one`
  ),
  EffectiveDateOutOfRange: errorKind(
    "EffectiveDateOutOfRange",
    "validation",
    { min: Schema.NullOr(Schema.String), max: Schema.String },
    (details) =>
      `Effective date out of range: must be ${
        details.min === null ? `at most ${details.max}` : `from ${details.min} to ${details.max}`
      }`
  )
}
