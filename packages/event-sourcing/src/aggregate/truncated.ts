import { HistoryTruncated, StateTooLarge, StoreError, StoreUnavailable } from "../store/StoreError.ts"

/** Events before this version are gone, and nothing holds what they came to. */
export const truncated = (aggregateId: string, firstVersion: number): StoreError =>
  new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion }) })

/** What is needed to say anything could not be read; it may be possible later. */
export const unread = (detail: string): StoreError => new StoreError({ reason: new StoreUnavailable({ detail }) })

/** The state of an aggregate takes more than it may, in bytes. */
export const tooLarge = (aggregateId: string, maxBytes: number, actualBytes: number): StoreError =>
  new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes, actualBytes }) })
