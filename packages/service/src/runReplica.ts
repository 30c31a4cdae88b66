import { Cause, Effect, Exit, Runtime } from "effect"
import process from "node:process"
import { exitCodes } from "./exitCodes.ts"
import { flushLog, logging } from "./logging.ts"

/** Signals that ask for an orderly end: of a supervisor, of Ctrl-C, of a terminal that is closed, of Ctrl-\. */
const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const

/** Signals that mean nothing here. Unheard, the first would make Node open a port for a debugger, and the second kill. */
const meaninglessSignals = ["SIGUSR1", "SIGUSR2"] as const

/** One Ctrl-C may arrive twice, from the terminal and from the program that started this one; in milliseconds. */
const sameKeyMillis = 500

/**
 * Runs the program of this process until it ends or a signal asks it to. Then it is interrupted, which may take its time; of
 * further signals only a second Ctrl-C makes an end at once, because supervisors and closed terminals send theirs twice.
 */
export const runReplica: <A, E>(program: Effect.Effect<A, E>, options: {
  readonly disableErrorReporting: true
}) => void = Runtime.makeRunMain(({ fiber }) => {
  let askedAt: number | undefined
  for (const signal of stopSignals) {
    process.on(signal, () => {
      const now = performance.now()
      if (signal === "SIGINT" && now - (askedAt ?? now) > sameKeyMillis) process.exit(exitCodes.interrupted)
      askedAt ??= now
      fiber.interruptUnsafe(fiber.id)
    })
  }
  for (const signal of meaninglessSignals) {
    process.on(signal, () => say(Effect.logInfo(`${signal} means nothing to this program`)))
  }
  process.on("uncaughtException", onUncaught)
  // Node's own warnings would go to standard error, in several lines that no reader of the log knows.
  process.removeAllListeners("warning")
  process.on("warning", ({ message, name }) => say(Effect.logWarning(`${name}: ${message}`)))
  fiber.addObserver((exit) => {
    const wasAsked = askedAt !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
    end(wasAsked || Exit.isSuccess(exit) ? exitCodes.stopped : exitCodes.failed)
  })
})

const end = (code: number) => void flushLog().finally(() => process.exit(code))

/** Before the settings are known, and outside of the program. */
const say = (line: Effect.Effect<void>) => Effect.runSync(Effect.provide(line, logging("Info")))

/** A socket that nobody listens to any more may break: that is no reason to end. After anything else nothing is certain. */
const onUncaught = (error: unknown) => {
  if (isBrokenSocket(error)) return say(Effect.logWarning(`a connection broke: ${error.message}`))
  say(Effect.logFatal("a defect that nothing caught", Cause.die(error)))
  end(exitCodes.failed)
}

const isBrokenSocket = (error: unknown): error is Error =>
  error instanceof Error && "syscall" in error && socketCalls.has(error.syscall) &&
  "code" in error && (error.code === "EPIPE" || error.code === "ECONNRESET")

const socketCalls: ReadonlySet<unknown> = new Set(["connect", "read", "write", "shutdown"])
