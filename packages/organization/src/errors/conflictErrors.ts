import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

/** Somebody else was there first. */
export const conflictErrors = {
  HierarchyBusy: Rejection.make(
    "HierarchyBusy",
    "conflict",
    { attempts: Schema.Int },
    (details) => `Hierarchy busy: organizations changed during each of ${details.attempts} attempts`,
    { retryable: true }
  ),
  ReadModelBehind: Rejection.make(
    "ReadModelBehind",
    "unavailable",
    { wanted: Schema.Int, actual: Schema.Int },
    (details) => `Read model behind: it is at ${details.actual}, wanted ${details.wanted}`,
    { retryable: true }
  )
}
