import { Data } from "effect"
import type { AnyFailure } from "../errors/Failure.ts"
import type { FailureReply } from "../protocol/CommandReply.ts"
import { mayHaveTakenEffect } from "./answerReader.ts"

/**
 * The service answered no, for good: `failure` says why, told apart by its `_tag`.
 *
 * The answer holds at the version it names. Copies of the command that nobody answered (`unanswered`) may still lie with a
 * replica that was paused or cut off, and be decided when it comes back; a command with `expected_version` is refused
 * then. No attempt at all (`attempts` 0) means that the command was not valid and was not sent.
 */
export class CommandRefused<Failure extends AnyFailure = AnyFailure> extends Data.TaggedError("CommandRefused")<{
  readonly reply: FailureReply
  readonly attempts: number
  readonly unanswered: number
}> {
  declare readonly reply: FailureReply<Failure>
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
