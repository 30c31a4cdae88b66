import type { ConcurrencyExhausted, StoreError } from "@cim-domain/event-sourcing"
import {
  concurrencyExhausted,
  errorKinds,
  historyTruncated,
  internal,
  limitExceeded,
  type OrganizationError,
  storeUnavailable
} from "@cim-domain/organization"

const notConfirmed = storeUnavailable("the event store did not confirm in time")

/**
 * What a requester is told when the store fails. Nothing of the store's own words gets out; those are logged.
 *
 * Whatever may have been stored, or may work later, is answered as retryable: the same command id finds out.
 */
export const answerableError = (error: StoreError | ConcurrencyExhausted, command_id: string): OrganizationError => {
  if (error._tag === "ConcurrencyExhausted") return concurrencyExhausted(error.attempts)
  const { mayBeStored, reason } = error
  if (mayBeStored === true) return notConfirmed
  switch (reason._tag) {
    case "StoreUnavailable":
      return storeUnavailable("the event store cannot be reached")
    case "AppendUnconfirmed":
    case "CopyBeingStored":
    case "VersionConflict":
      return notConfirmed
    case "PermissionRefused":
      return storeUnavailable("the event store refuses permission")
    case "AtomicAppendRefused":
      return storeUnavailable("the event store takes no atomic appends")
    case "EventIdTaken":
      return errorKinds.IdempotencyConflict.make({
        command_id,
        recorded_type: "a command to another organization, or as one to this organization that is too long ago"
      })
    case "StoreFull":
      return storeUnavailable("the event store is full")
    case "StoreUnusable":
      return storeUnavailable("the event store cannot be used as it is set up")
    case "StoreMissing":
      return storeUnavailable("the event store is gone")
    case "EventTooLarge":
      return limitExceeded("event_bytes", reason.maxBytes, reason.actualBytes)
    case "StateTooLarge":
      return limitExceeded("cache_bytes", reason.maxBytes, reason.actualBytes)
    case "HistoryTruncated":
      return historyTruncated(reason.firstVersion)
    case "UnexpectedAnswer":
      return internal()
  }
}
