import { Schema } from "effect"
import { ValidationIssue } from "../protocol/ValidationIssue.ts"
import * as Rejection from "../Rejection.ts"

const retryable = { retryable: true }

/** The message itself is wrong; sending it again changes nothing. */
const messageErrors = {
  MalformedMessage: Rejection.make(
    "MalformedMessage",
    "validation",
    { why: Schema.String },
    (details) => `Malformed message: ${details.why}`
  ),
  UnknownCommandType: Rejection.make(
    "UnknownCommandType",
    "validation",
    { command_type: Schema.String },
    (details) => `Unknown command type: ${details.command_type}`
  ),
  ValidationFailed: Rejection.make(
    "ValidationFailed",
    "validation",
    { issues: Schema.Array(ValidationIssue) },
    (details) =>
      `Validation failed: ${
        details.issues.slice(0, 3).map(({ message, path }) => path === "" ? message : `${path}: ${message}`).join("; ")
      }${details.issues.length > 3 ? `; and ${details.issues.length - 3} more` : ""}`
  ),
  SubjectMismatch: Rejection.make(
    "SubjectMismatch",
    "validation",
    { subject: Schema.String, why: Schema.String },
    (details) => `Subject mismatch: ${details.why}`
  )
}

/** Reasons that lie with limits, permissions or the service rather than with the command. */
const troubles = {
  LimitExceeded: Rejection.make(
    "LimitExceeded",
    "limit",
    { limit: Schema.String, max: Schema.Int, actual: Schema.Int },
    (details) => `Limit exceeded: ${details.limit} is at most ${details.max}, this is ${details.actual}`
  ),
  PermissionDenied: Rejection.make(
    "PermissionDenied",
    "authorization",
    { actor: Schema.NullOr(Schema.String), action: Schema.String },
    (details) => `Permission denied: ${details.actor ?? "nobody"} may not ${details.action}`
  ),
  UpgradeRequired: Rejection.make(
    "UpgradeRequired",
    "unavailable",
    { event_type: Schema.String, schema_version: Schema.NullOr(Schema.Int) },
    (details) => `Upgrade required: this replica cannot read event ${details.event_type}`,
    retryable
  ),
  CommandNotSupported: Rejection.make(
    "CommandNotSupported",
    "unavailable",
    { command_type: Schema.String, supported: Schema.Array(Schema.String) },
    (details) => `Command not supported: ${details.command_type}`
  ),
  StoreUnavailable: Rejection.make(
    "StoreUnavailable",
    "unavailable",
    { reason: Schema.String },
    (details) => `Store unavailable: ${details.reason}`,
    retryable
  ),
  Overloaded: Rejection.make(
    "Overloaded",
    "unavailable",
    { limit: Schema.Int },
    (details) => `Overloaded: ${details.limit} commands are in flight, or as many large ones as there is room for`,
    retryable
  ),
  StreamUnreadable: Rejection.make(
    "StreamUnreadable",
    "internal",
    { sequence: Schema.Int },
    (details) => `Stream unreadable: the event at sequence ${details.sequence} is not JSON`
  ),
  HistoryTruncated: Rejection.make(
    "HistoryTruncated",
    "internal",
    { first_version: Schema.Int },
    (details) => `History truncated: the first event left has version ${details.first_version}`
  ),
  Internal: Rejection.make("Internal", "internal", {}, () => "Internal error")
}

/**
 * The errors that every service answers, whatever its domain. `noun` is what the domain is about, for people: an organization.
 */
export const serviceErrors = (noun: string) => ({
  ...messageErrors,
  VersionConflict: Rejection.make(
    "VersionConflict",
    "conflict",
    { expected: Schema.Int, actual: Schema.Int },
    (details) => `Version conflict: expected ${details.expected}, the ${noun} is at ${details.actual}`
  ),
  IdempotencyConflict: Rejection.make(
    "IdempotencyConflict",
    "conflict",
    { command_id: Schema.String, recorded_type: Schema.String, why: Schema.Literals(["type", "content"]) },
    (details) =>
      `Idempotency conflict: command ${details.command_id} was recorded as ${details.recorded_type}${
        details.why === "content" ? " with other content" : ""
      }`
  ),
  ConcurrencyExhausted: Rejection.make(
    "ConcurrencyExhausted",
    "conflict",
    { attempts: Schema.Int },
    (details) => `Concurrency exhausted: the ${noun} changed during each of ${details.attempts} attempts`,
    retryable
  ),
  ...troubles
})

/** The kinds of errors that every service has. */
export type ServiceErrors = ReturnType<typeof serviceErrors>

/** An error that every service may answer. */
export type ServiceError = { [Tag in keyof ServiceErrors]: ServiceErrors[Tag]["schema"]["Type"] }[keyof ServiceErrors]

/** `actual` of something is more than `max`. */
export const limitExceeded = (limit: string, max: number, actual: number) =>
  troubles.LimitExceeded.make({ limit, max, actual })

/** The message cannot be read, and why. */
export const malformed = (why: string) => messageErrors.MalformedMessage.make({ why })

/** Fields are wrong, and how. */
export const validationFailed = (issues: ReadonlyArray<ValidationIssue>) =>
  messageErrors.ValidationFailed.make({ issues })

/** The broker or the store cannot be reached; `reason` is for people. */
export const storeUnavailable = (reason: string) => troubles.StoreUnavailable.make({ reason })

/** The replica already works on as many commands as it may. */
export const overloaded = (limit: number) => troubles.Overloaded.make({ limit })

/** Events are missing before `firstVersion`, the first version found. */
export const historyTruncated = (firstVersion: number) =>
  troubles.HistoryTruncated.make({ first_version: firstVersion })

/** Something went wrong that is not the sender's business. */
export const internal = () => troubles.Internal.make({})

/** The command is read, and this version does not carry it out. */
export const commandNotSupported = (command_type: string, supported: ReadonlyArray<string>) =>
  troubles.CommandNotSupported.make({ command_type, supported })
