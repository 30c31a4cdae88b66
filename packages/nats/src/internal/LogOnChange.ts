import { Effect, type LogLevel } from "effect"

/** Logs a message only when it differs from the one before, so that a retried failure stands in the log once. */
export interface LogOnChange {
  readonly log: (level: LogLevel.Severity, message: string) => Effect.Effect<void>
}

/** A {@link LogOnChange} that has not logged anything yet. */
export const make = (): LogOnChange => {
  let last = ""
  return {
    log: (level, message) =>
      Effect.suspend(() => {
        if (message === last) return Effect.void
        last = message
        return Effect.logWithLevel(level)(message)
      })
  }
}
