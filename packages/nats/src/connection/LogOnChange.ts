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

/** Messages that are told apart in a minute; that there are more is said once. */
const capacity = 64

/** Stands for all messages beyond {@link capacity}. */
const others = "…"

/** A refused subject names an aggregate, another one for each command: what it begins with tells the cause. */
const withoutNames = (message: string): string =>
  message.replace(
    /"([^"]*)"/g,
    (_, subject: string) => `"${subject.split(".").slice(0, tokensKept(subject)).join(".")}"`
  )

/** Of the broker's own subjects with the name of the stream, as in `$JS.API.DIRECT.GET.<stream>`. */
const tokensKept = (subject: string): number => subject.startsWith("$") ? 5 : 2

/** A {@link LogOnChange} that has not logged anything yet. */
export const make = (): LogOnChange => {
  /** In the order of the times. */
  const cameUp = new Map<string, number>()

  const keyOf = (message: string, now: number): string => {
    const key = withoutNames(message)
    if (cameUp.size < capacity || cameUp.has(key)) return key
    for (const [known, at] of cameUp) {
      if (now - at < quietMillis) break
      cameUp.delete(known)
    }
    return cameUp.size < capacity ? key : others
  }

  return {
    log: (level, message) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const key = keyOf(message, now)
        const before = cameUp.get(key)
        cameUp.delete(key)
        cameUp.set(key, now)
        if (before !== undefined && now - before < quietMillis) return Effect.void
        return Effect.logWithLevel(level)(key === others ? `${message}; more of the kind are not said` : message)
      }),
    forget: Effect.sync(() => cameUp.clear())
  }
}
