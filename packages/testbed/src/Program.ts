import { Data, Duration, Effect, type Scope } from "effect"
import { type Line, ProgramProcess, type ProgramProcessOptions } from "./ProgramProcess.ts"

/** A program did not say what was waited for: it ended, or took too long. Carries its last words. */
export class ProgramFailed extends Data.TaggedError("ProgramFailed")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}

/** How to start a program. */
export interface ProgramOptions extends ProgramProcessOptions {
  /** Longest wait for a line. Default 20 seconds. */
  readonly patience?: Duration.Input
}

/** A program in a process of its own that says what it does in lines of JSON. */
export interface Program {
  readonly pid: number
  /** Its lines so far. */
  readonly log: () => ReadonlyArray<Line>
  /** All that it has written so far, to both outputs. */
  readonly output: () => string
  /** The first line with this message, whether it has come already or not. */
  readonly logged: (message: string) => Effect.Effect<Line, ProgramFailed>
  /** How many lines of its log so far contain this. */
  readonly times: (text: string) => number
  /** Waits until it has logged this, among other words, so many times. Default once. */
  readonly says: (text: string, count?: number) => Effect.Effect<void, ProgramFailed>
  /** Writes a line to its standard input. */
  readonly tell: (line: string) => Effect.Effect<void>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits for the end; gives the exit code, or the signal that ended it. */
  readonly exit: Effect.Effect<number | NodeJS.Signals>
  /** SIGTERM, then waits for the end; gives what `exit` gives. */
  readonly stop: Effect.Effect<number | NodeJS.Signals>
}

/** Starts a program; whatever became of it, it is gone when the scope closes. */
export const startProgram = (options: ProgramOptions): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new ProgramProcess(options)),
      (running) => Effect.promise(() => running.end("SIGKILL"))
    ),
    (running): Program => {
      const millis = Duration.toMillis(options.patience ?? "20 seconds")
      const wait = <A>(what: string, look: () => A | undefined) =>
        Effect.tryPromise({
          try: (signal) => running.until(what, look, millis, signal),
          catch: (error) => new ProgramFailed({ detail: error instanceof Error ? error.message : String(error) })
        })
      const times = (text: string) => running.lines.filter(({ message }) => String(message).includes(text)).length
      return {
        pid: running.pid,
        log: () => running.lines,
        output: () => running.output,
        logged: (message) => wait(`"${message}"`, () => running.lines.find((line) => line.message === message)),
        times,
        says: (text, count = 1) =>
          Effect.asVoid(
            wait(`${count} x "${text}"`, () => times(text) >= count ? true : undefined)
          ),
        tell: (line) => Effect.sync(() => running.tell(line)),
        signal: (signal) => Effect.sync(() => running.signal(signal)),
        exit: Effect.promise(() => running.ended),
        stop: Effect.promise(() => running.end("SIGTERM"))
      }
    }
  )
