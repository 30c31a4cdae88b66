import { Schema } from "effect"

/**
 * Somebody else appended first: read the tail and decide again. Nothing was stored. Of `aggregateIds` at least one has moved on:
 * all of the append, unless the store says which.
 */
export class VersionConflict extends Schema.TaggedError<VersionConflict>()("VersionConflict", {
  aggregateIds: Schema.Array(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    return `${this.aggregateIds.length > 1 ? "one of " : ""}${this.aggregateIds.join(", ")} has moved on`
  }
}

/**
 * The append was sent and no answer came, or (`alreadySeen`) the store says that it knows the id of an event: it may or may
 * not be stored here, as a whole. Look for the command id before answering.
 */
export class AppendUnconfirmed extends Schema.TaggedError<AppendUnconfirmed>()("AppendUnconfirmed", {
  aggregateIds: Schema.Array(Schema.String),
  detail: Schema.String,
  alreadySeen: Schema.Boolean
}) {
  readonly isRetryable = false
  override get message() {
    return `append to ${this.aggregateIds.join(", ")} is unconfirmed: ${this.detail}`
  }
}

/**
 * Another append with the id of an event of this one is under way, a copy of it: nothing of this one was stored, and whether the
 * copy will be is open. Look for the command id before answering, and take what is found for the copy's.
 */
export class CopyBeingStored extends Schema.TaggedError<CopyBeingStored>()("CopyBeingStored", {
  aggregateIds: Schema.Array(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    return `a copy of the append to ${this.aggregateIds.join(", ")} is just being stored`
  }
}

/**
 * The store knows the id of the event, and the decider does not know the command: the id was used for another aggregate, or
 * for this one so long ago that the decider has forgotten it. Nothing was stored this time.
 */
export class EventIdTaken extends Schema.TaggedError<EventIdTaken>()("EventIdTaken", { aggregateId: Schema.String }) {
  readonly isRetryable = false
  override get message() {
    return `an event to append to ${this.aggregateId} has the id of an event of another aggregate, or of a forgotten command`
  }
}

/** The store cannot be reached or has no leader. Nothing was stored. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  detail: Schema.String
}) {
  readonly isRetryable = true
  override get message() {
    return `store unavailable: ${this.detail}`
  }
}

/** The store refused on permission. Nothing was stored; an operator has to act. */
export class PermissionRefused extends Schema.TaggedError<PermissionRefused>()("PermissionRefused", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `store refused permission: ${this.detail}`
  }
}

/**
 * The store does not take several events at once, of one aggregate or of several, as its operator has set it: `detail` names the
 * setting. Nothing was stored; a single event may be.
 */
export class AtomicAppendRefused extends Schema.TaggedError<AtomicAppendRefused>()("AtomicAppendRefused", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `several events are not stored at once: ${this.detail}`
  }
}

/** The store has reached a limit its operator set. Nothing was stored. */
export class StoreFull extends Schema.TaggedError<StoreFull>()("StoreFull", { detail: Schema.String }) {
  readonly isRetryable = false
  override get message() {
    return `store full: ${this.detail}`
  }
}

/**
 * The store does not take events as its operator has set it, or what it says it has stored cannot be found: `detail` names the
 * setting or carries the store's own words. Whoever asks again later, with the same command, is on the safe side.
 */
export class StoreUnusable extends Schema.TaggedError<StoreUnusable>()("StoreUnusable", { detail: Schema.String }) {
  readonly isRetryable = false
  override get message() {
    return `store unusable: ${this.detail}`
  }
}

/** An event, or a snapshot, is larger than the store accepts. Sizes in bytes, 0 = not known. Nothing was stored. */
export class EventTooLarge extends Schema.TaggedError<EventTooLarge>()("EventTooLarge", {
  maxBytes: Schema.Int,
  actualBytes: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return tooLargeText(this.maxBytes, this.actualBytes)
  }
}

/** How too large something is, as far as that is known. */
const tooLargeText = (maxBytes: number, actualBytes: number) =>
  `too large: ${actualBytes > 0 ? `${actualBytes} bytes, ` : ""}${
    maxBytes > 0 ? `the store accepts ${maxBytes}` : "more than the store accepts"
  }`

/** The store itself is gone, deleted under a running replica. Never recreated silently: the replica ends. */
export class StoreMissing extends Schema.TaggedError<StoreMissing>()("StoreMissing", { store: Schema.String }) {
  readonly isRetryable = false
  override get message() {
    return `${this.store} does not exist any more`
  }
}

/** Events of this aggregate are gone, `firstVersion` is the first one found after the gap. Nothing can be decided. */
export class HistoryTruncated extends Schema.TaggedError<HistoryTruncated>()("HistoryTruncated", {
  aggregateId: Schema.String,
  firstVersion: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `the history of ${this.aggregateId} has a gap before version ${this.firstVersion}`
  }
}

/** The store answered something that this adapter does not know. Carries the store's own words. */
export class UnexpectedAnswer extends Schema.TaggedError<UnexpectedAnswer>()("UnexpectedAnswer", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `unexpected answer from the store: ${this.detail}`
  }
}

/**
 * The state of this aggregate takes more memory than there is for one, or its snapshot is larger than the reader wants it. Sizes
 * in bytes; `actualBytes` is what it had come to when that was found.
 */
export class StateTooLarge extends Schema.TaggedError<StateTooLarge>()("StateTooLarge", {
  aggregateId: Schema.String,
  maxBytes: Schema.Int,
  actualBytes: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `the state of ${this.aggregateId} takes ${this.actualBytes} bytes, and there is room for ${this.maxBytes}`
  }
}

/** Every way in which a store can fail: a closed union. */
export const StoreErrorReason = Schema.Union([
  VersionConflict,
  AppendUnconfirmed,
  CopyBeingStored,
  EventIdTaken,
  StoreUnavailable,
  PermissionRefused,
  AtomicAppendRefused,
  StoreFull,
  StoreUnusable,
  EventTooLarge,
  StoreMissing,
  HistoryTruncated,
  StateTooLarge,
  UnexpectedAnswer
])

/** Every way in which a store can fail. */
export type StoreErrorReason = typeof StoreErrorReason.Type

/**
 * The one error of both ports. `isRetryable` is true when the same call may simply be made again: nothing was stored and
 * waiting may help. Schedules read only that; `VersionConflict`, `AppendUnconfirmed` and `CopyBeingStored` need a look at the tail
 * first.
 *
 * `mayBeStored` is there when a command ends with this error and its events are, or may still be, stored by an append before it.
 */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: StoreErrorReason,
  mayBeStored: Schema.optionalKey(Schema.Literal(true))
}) {
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message() {
    return this.reason.message
  }
}
