import { Schema } from "effect"
import { FailureReply } from "./CommandReply.ts"
import type { Failure } from "./errors/Failure.ts"
import { mayHaveTakenEffect } from "./readAnswer.ts"

/**
 * The service answered no, for good: `failure` says why, told apart by its `_tag`.
 *
 * The answer holds at the version it names. Copies of the command that nobody answered (`unanswered`) may still lie with a
 * replica that was paused or cut off, and be decided when it comes back; a command with `expected_version` is refused
 * then. No attempt at all (`attempts` 0) means that the command was not valid and was not sent.
 */
export class CommandRefused extends Schema.TaggedError<CommandRefused>()("CommandRefused", {
  reply: FailureReply,
  attempts: Schema.Int,
  unanswered: Schema.Int
}) {
  get failure(): Failure {
    return this.reply.failure
  }
  /** False unless the service itself was at a loss: its history cannot be read, or its answer could not be made. */
  get mayHaveTakenEffect(): boolean {
    return mayHaveTakenEffect(this.failure)
  }
  override get message() {
    return `${this.failure.message} (${this.failure.code})`
  }
}
