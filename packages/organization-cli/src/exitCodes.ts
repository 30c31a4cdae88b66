import { Runtime, Schema } from "effect"
import { CliError } from "effect/cli"

/** How a run of the CLI ends when it does not end well; each failure carries its own. */
export const exitCodes = { refused: 1, usage: 2, unanswered: 3 } as const

/** The service answered no. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { count: Schema.Int }) {
  override readonly [Runtime.errorExitCode] = exitCodes.refused
  override readonly [Runtime.errorReported] = false
  override get message() {
    return `${this.count} refused`
  }
}

/** What was typed cannot be a command; nothing was sent. */
export class BadInput extends Schema.TaggedError<BadInput>()("BadInput", { problems: Schema.Array(Schema.String) }) {
  override readonly [Runtime.errorExitCode] = exitCodes.usage
  override readonly [Runtime.errorReported] = false
  override get message() {
    return this.problems.join("\n")
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}

/** Nobody answered: no broker, no replica, or not in time. The command may or may not have taken effect. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", { detail: Schema.String }) {
  override readonly [Runtime.errorExitCode] = exitCodes.unanswered
  override readonly [Runtime.errorReported] = false
  override get message() {
    return this.detail
  }
  override get [CliError.userMessage]() {
    return this.message
  }
}
