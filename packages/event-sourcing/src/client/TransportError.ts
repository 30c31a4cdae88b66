import { Schema } from "effect"

/** There is no connection at the moment. Nothing was sent. */
export class NotConnected extends Schema.TaggedError<NotConnected>()("NotConnected", { detail: Schema.String }) {
  readonly isRetryable = true
  readonly mayHaveTakenEffect = false
  override get message() {
    return `not connected: ${this.detail}`
  }
}

/** Nobody takes commands on the subject. Nothing was done. */
export class NobodyListens extends Schema.TaggedError<NobodyListens>()("NobodyListens", { subject: Schema.String }) {
  readonly isRetryable = true
  readonly mayHaveTakenEffect = false
  override get message() {
    return `nobody listens on ${this.subject}`
  }
}

/** The command was sent and no answer came, in time or before the connection broke. Only the same command id finds out. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", { detail: Schema.String }) {
  readonly isRetryable = true
  readonly mayHaveTakenEffect = true
  override get message() {
    return `no answer: ${this.detail}`
  }
}

/** The sender may not do that; an operator has to act. What may be sent but not be answered may have taken effect. */
export class PermissionRefused extends Schema.TaggedError<PermissionRefused>()("PermissionRefused", {
  detail: Schema.String,
  mayHaveTakenEffect: Schema.Boolean
}) {
  readonly isRetryable = false
  override get message() {
    return `not permitted: ${this.detail}`
  }
}

/** The command is larger than can be sent. Sizes in bytes. Nothing was sent. */
export class CommandTooLarge extends Schema.TaggedError<CommandTooLarge>()("CommandTooLarge", {
  maxBytes: Schema.Int,
  actualBytes: Schema.Int
}) {
  readonly isRetryable = false
  readonly mayHaveTakenEffect = false
  override get message() {
    return `a command of ${this.actualBytes} bytes, at most ${this.maxBytes} can be sent`
  }
}

/** The command is no message: its subject or its headers are none that a broker takes. A fault of the program; nothing was sent. */
export class CommandUnsendable extends Schema.TaggedError<CommandUnsendable>()("CommandUnsendable", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  readonly mayHaveTakenEffect = false
  override get message() {
    return `the command cannot be sent: ${this.detail}`
  }
}

/** Something that the transport has no name for, in its own words. */
export class TransportFailed extends Schema.TaggedError<TransportFailed>()("TransportFailed", {
  detail: Schema.String
}) {
  readonly isRetryable = false
  readonly mayHaveTakenEffect = true
  override get message() {
    return this.detail
  }
}

/** Every way in which one attempt to send a command can fail: a closed union. */
export const TransportErrorReason = Schema.Union([
  NotConnected,
  NobodyListens,
  Unanswered,
  PermissionRefused,
  CommandTooLarge,
  CommandUnsendable,
  TransportFailed
])

/** Every way in which one attempt to send a command can fail. */
export type TransportErrorReason = typeof TransportErrorReason.Type

/**
 * One attempt to send a command failed. `isRetryable`: sending the same command with the same id again may help.
 * `mayHaveTakenEffect`: it may have reached somebody who carried it out.
 */
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  reason: TransportErrorReason
}) {
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  get mayHaveTakenEffect(): boolean {
    return this.reason.mayHaveTakenEffect
  }
  override get message() {
    return this.reason.message
  }
}
