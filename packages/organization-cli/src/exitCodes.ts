import { Runtime, Schema } from "effect"

/** How a run of the CLI ends when it does not end well; each failure carries its own. */
export const exitCodes = {
  refused: 1,
  usage: 2,
  unanswered: 3,
  /** What was asked for has happened, or was found, but could not be written. */
  unwritten: 4,
  /** A fault of the CLI itself: `EX_SOFTWARE` of sysexits. */
  fault: 70,
  /** As a shell reports a program that SIGPIPE ended, 128 + 13. */
  brokenPipe: 141
} as const

/** The service answered no. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { count: Schema.Int }) {
  override readonly [Runtime.errorExitCode] = exitCodes.refused
  override readonly [Runtime.errorReported] = false
  override get message() {
    return `${this.count} refused`
  }
  /** It has been said by the answer. */
  readonly lines: ReadonlyArray<string> = []
}

/** What was typed cannot be a command; nothing was sent. */
export class BadInput extends Schema.TaggedError<BadInput>()("BadInput", { problems: Schema.Array(Schema.String) }) {
  override readonly [Runtime.errorExitCode] = exitCodes.usage
  override readonly [Runtime.errorReported] = false
  override get message() {
    return this.problems.join("\n")
  }
  get lines(): ReadonlyArray<string> {
    return this.problems
  }
}

/** Nobody answered: no broker, no replica, or not in time. The command may or may not have taken effect. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", {
  /** What is wrong, then what to know about it. */
  lines: Schema.NonEmptyArray(Schema.String)
}) {
  override readonly [Runtime.errorExitCode] = exitCodes.unanswered
  override readonly [Runtime.errorReported] = false
  override get message() {
    return this.lines.join("\n")
  }
}

const channelNames = { stdout: "standard output", stderr: "standard error" } as const

/** What was to be printed is lost. */
export class Unwritten extends Schema.TaggedError<Unwritten>()("Unwritten", {
  channel: Schema.Literals(["stdout", "stderr"]),
  loss: Schema.Struct({ code: Schema.String, message: Schema.String }),
  /** What took place although nobody could be told; `null` when nothing but looking did. */
  whatHappened: Schema.NullOr(Schema.String)
}) {
  override readonly [Runtime.errorReported] = false
  /** Whoever read it has seen enough, which is a quiet end unless something has happened. */
  get isQuiet(): boolean {
    return this.loss.code === "EPIPE" && this.channel === "stdout" && this.whatHappened === null
  }
  override get [Runtime.errorExitCode]() {
    return this.isQuiet ? exitCodes.brokenPipe : exitCodes.unwritten
  }
  /** The same, when something has taken place. */
  because(whatHappened: string): Unwritten {
    return new Unwritten({ channel: this.channel, loss: this.loss, whatHappened })
  }
  override get message() {
    return `${channelNames[this.channel]} could not be written: ${this.loss.message}`
  }
  get lines(): ReadonlyArray<string> {
    if (this.isQuiet) return []
    return [this.whatHappened === null ? this.message : `${this.message}; ${this.whatHappened}`]
  }
}

/** Something that should not be possible. */
export class Fault extends Schema.TaggedError<Fault>()("Fault", { lines: Schema.Array(Schema.String) }) {
  override readonly [Runtime.errorExitCode] = exitCodes.fault
  override readonly [Runtime.errorReported] = false
  override get message() {
    return this.lines.join("\n")
  }
}

/** How a run can fail, each with the lines that say so. */
export type CliFailure = Refused | BadInput | Unanswered | Unwritten | Fault

/** Whether an error is one of this CLI, which says itself what is to be printed. */
export const isCliFailure = (error: unknown): error is CliFailure =>
  error instanceof Refused || error instanceof BadInput || error instanceof Unanswered ||
  error instanceof Unwritten || error instanceof Fault
