import { Clock, Effect, type Scope } from "effect"

/** What has to be over in time. */
export interface Deadlines<A> {
  readonly add: (value: A) => void
  readonly delete: (value: A) => void
}

/**
 * Deadlines of many that all have the same time, in milliseconds, kept by one sleeper. A timer and a fiber for each cost a
 * command as much as deciding it.
 */
export const makeDeadlines = <A>(
  millis: number,
  onDue: (value: A) => void
): Effect.Effect<Deadlines<A>, never, Scope.Scope> =>
  Clock.clockWith((clock) => {
    const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
    // In the order in which they are due, because all have the same time.
    const dueAt = new Map<A, number>()

    const look = (): number => {
      const time = now()
      for (const [value, due] of dueAt) {
        if (due > time) return due - time
        dueAt.delete(value)
        onDue(value)
      }
      // What is added while it sleeps is not due before it wakes.
      return millis
    }
    const keep = Effect.forever(Effect.suspend(() => Effect.sleep(Math.max(1, look()))))
    return Effect.as(Effect.forkScoped(keep), {
      add: (value) => void dueAt.set(value, now() + millis),
      delete: (value) => void dueAt.delete(value)
    })
  })
