import type { ConcurrencyExhausted } from "@cim-domain/event-sourcing/ConcurrencyExhausted"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import type { Catalog } from "../definition/Catalog.ts"
import {
  historyTruncated,
  internal,
  limitExceeded,
  type ServiceError,
  storeUnavailable
} from "../errors/serviceErrors.ts"

const notConfirmed = storeUnavailable("the event store did not confirm in time")

/**
 * What a requester is told when the store fails. Nothing of the store's own words gets out; those are logged.
 *
 * Whatever may have been stored, or may work later, is answered as retryable: the same command id finds out.
 */
export const answerableError = (
  { serviceErrors }: Catalog,
  error: StoreError | ConcurrencyExhausted,
  command_id: string
): ServiceError => {
  if (error._tag === "ConcurrencyExhausted") {
    return serviceErrors.ConcurrencyExhausted.make({ attempts: error.attempts })
  }
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
      return serviceErrors.IdempotencyConflict.make({
        command_id,
        recorded_type: "a command whose event is gone",
        why: "type"
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
