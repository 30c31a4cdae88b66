import { apiErrors } from "../broker/api/apiErrors.ts"

/** What a broker says to an append that it does not store. */
export const refusals = {
  copy: apiErrors.idInProcess,
  conflict: apiErrors.wrongLastSequence(0),
  "conflict in flight": apiErrors.wrongLastSequenceInFlight,
  "known id": apiErrors.batchDuplicate,
  busy: apiErrors.tooManyRequests,
  "too many batches": apiErrors.batchesInFlight,
  "no leader": apiErrors.notAvailable,
  full: apiErrors.noStorage
} as const

/** A way in which a broker refuses an append. */
export type Refused = keyof typeof refusals

/** All of them. */
export const refusalNames: readonly [Refused, ...ReadonlyArray<Refused>] = [
  "copy",
  "conflict",
  "conflict in flight",
  "known id",
  "busy",
  "too many batches",
  "no leader",
  "full"
]
