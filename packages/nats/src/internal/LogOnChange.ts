import { Clock, Effect, type LogLevel } from "effect"

/**
 * Logs what is news, so that a failure which is retried stands in the log once, not once for each try. A message is news
 * when it has not come up for a minute: causes that take turns, such as an alert and a reset of the same refused
 * connection, are each logged once.
 */
export interface LogOnChange {
  readonly log: (level: LogLevel.Severity, message: string) => Effect.Effect<void>
  /** From now on everything is news again. */
  readonly forget: Effect.Effect<void>
}

const quietMillis = 60_000

/** Messages that are remembered; the one that came up longest ago is forgotten first. */
const capacity = 64

/** A {@link LogOnChange} that has not logged anything yet. */
export const make = (): LogOnChange => {
  const cameUp = new Map<string, number>()
  return {
    log: (level, message) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const before = cameUp.get(message)
        cameUp.delete(message)
        cameUp.set(message, now)
        if (cameUp.size > capacity) cameUp.delete(cameUp.keys().next().value!)
        return before !== undefined && now - before < quietMillis ? Effect.void : Effect.logWithLevel(level)(message)
      }),
    forget: Effect.sync(() => cameUp.clear())
  }
}
