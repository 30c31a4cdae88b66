import { Clock, Effect, type Scope } from "effect"
import { Ring } from "../collections/Ring.ts"
import { monotonicMillisOf } from "../timing/monotonicMillis.ts"

/** What has to be over in time. `add` gives the number that `delete` takes. */
export interface Deadlines<A> {
  readonly add: (value: A) => number
  readonly delete: (number: number) => void
}

/**
 * Deadlines of many that all have the same time, in milliseconds, kept by one sleeper. A timer and a fiber for each cost a
 * command as much as deciding it.
 */
export const makeDeadlines = <A>(
  millis: number,
  onDue: (values: ReadonlyArray<A>) => void
): Effect.Effect<Deadlines<A>, never, Scope.Scope> =>
  Clock.clockWith((clock) => {
    const now = () => monotonicMillisOf(clock)
    // In the order in which they are due, because all have the same time.
    const waiting = new Ring<{ readonly value: A; readonly due: number }>()

    const look = (): number => {
      const time = now()
      const late: Array<A> = []
      let next: number | undefined
      waiting.forEach(({ due, value }, number) => {
        if (due <= time) {
          waiting.take(number)
          late.push(value)
        } else next ??= due
      })
      onDue(late)
      // What is added while it sleeps is not due before it wakes.
      return next === undefined ? millis : next - time
    }
    const keep = Effect.forever(Effect.suspend(() => Effect.sleep(Math.max(1, look()))))
    return Effect.as(Effect.forkScoped(keep), {
      add: (value) => waiting.put({ value, due: now() + millis }),
      delete: (number) => void waiting.take(number)
    })
  })
