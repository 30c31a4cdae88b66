import { Schema } from "effect"
import { errorKind } from "./errorKind.ts"

/** Somebody else was there first. */
export const conflictErrors = {
  VersionConflict: errorKind(
    "VersionConflict",
    "conflict",
    { expected: Schema.Int, actual: Schema.Int },
    (details) => `Version conflict: expected ${details.expected}, the organization is at ${details.actual}`
  ),
  IdempotencyConflict: errorKind(
    "IdempotencyConflict",
    "conflict",
    { command_id: Schema.String, recorded_type: Schema.String },
    (details) => `Idempotency conflict: command ${details.command_id} was recorded as ${details.recorded_type}`
  ),
  ConcurrencyExhausted: errorKind(
    "ConcurrencyExhausted",
    "conflict",
    { attempts: Schema.Int },
    (details) => `Concurrency exhausted: the organization changed during each of ${details.attempts} attempts`,
    { retryable: true }
  ),
  HierarchyBusy: errorKind(
    "HierarchyBusy",
    "conflict",
    { attempts: Schema.Int },
    (details) => `Hierarchy busy: organizations changed during each of ${details.attempts} attempts`,
    { retryable: true }
  )
}
