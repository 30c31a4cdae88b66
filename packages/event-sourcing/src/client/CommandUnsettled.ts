import { Duration, Schema } from "effect"
import { TransportErrorReason } from "./TransportError.ts"

/** The answer is to send the same command again, later. `body` is that answer. */
export class NotNow extends Schema.TaggedError<NotNow>()("NotNow", {
  detail: Schema.String,
  body: Schema.String,
  mayHaveTakenEffect: Schema.Boolean
}) {
  readonly isRetryable = true
  override get message() {
    return this.detail
  }
}

/** An answer came that the client cannot read: the service may be of another version. */
export class UnreadableAnswer extends Schema.TaggedError<UnreadableAnswer>()("UnreadableAnswer", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  readonly mayHaveTakenEffect = true
  override get message() {
    return `the answer cannot be read: ${this.detail}`
  }
}

/** Every way in which an attempt can end without settling the command: a closed union. */
export const UnsettledReason = Schema.Union([TransportErrorReason, NotNow, UnreadableAnswer])

/** Every way in which an attempt can end without settling the command. */
export type UnsettledReason = typeof UnsettledReason.Type

/**
 * A command was sent, perhaps many times, and nobody said what became of it.
 *
 * `mayHaveTakenEffect` looks back at all attempts: when it is false, none of them had an effect, nor will have. When it is
 * true only the same command, sent again with the same id, finds out. `isRetryable` says whether to do so, after the last
 * of the attempts; false means that somebody has to change something first.
 */
export class CommandUnsettled extends Schema.TaggedError<CommandUnsettled>()("CommandUnsettled", {
  commandId: Schema.String,
  attempts: Schema.Int,
  elapsedMillis: Schema.Int,
  mayHaveTakenEffect: Schema.Boolean,
  /** What was wrong with the last attempt. */
  reason: UnsettledReason
}) {
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message() {
    const tries = this.attempts === 1 ? "1 attempt" : `${this.attempts} attempts`
    const effect = this.mayHaveTakenEffect ? "; the command may or may not have taken effect" : " without effect"
    return `${this.reason.message}; gave up after ${tries} in ${
      Duration.format(Duration.millis(this.elapsedMillis))
    }${effect}`
  }
}
