import { type Duration, Effect, Schedule } from "effect"

/** Longest wait, unless somebody says otherwise: shorter than the time that a test may take, so that the test can say why. */
const patience: Duration.Input = "45 seconds"

/** Tries again and again, every hundredth of a second at first, then ten times a second, for so long. */
export const patiently = (within: Duration.Input = patience) =>
  Schedule.min([Schedule.exponential("10 millis", 1.2), Schedule.spaced("100 millis")]).pipe(
    Schedule.upTo({ duration: within })
  )

class NotYet {
  readonly _tag = "NotYet"
  readonly seen: unknown
  constructor(seen: unknown) {
    this.seen = seen
  }
}

/**
 * Looks until what is seen is as expected, and gives it. Dies with what was seen last when that does not come in time; fails as
 * the last look failed.
 */
export const eventuallySeen = <A, E, R>(
  what: string,
  look: Effect.Effect<A, E, R>,
  isAsExpected: (seen: A) => boolean,
  within?: Duration.Input
): Effect.Effect<A, E, R> =>
  look.pipe(
    Effect.filterOrFail(isAsExpected, (seen) => new NotYet(seen)),
    Effect.retry(patiently(within)),
    Effect.catchIf(
      (error): error is NotYet => error instanceof NotYet,
      ({ seen }) => Effect.die(new Error(`not in time: ${what}; seen last was ${JSON.stringify(seen)}`))
    )
  ) as Effect.Effect<A, E, R>

/** Looks until a condition holds. Dies when it does not in time; fails as the last look failed. */
export const eventually = <E, R>(what: string, condition: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  Effect.asVoid(eventuallySeen(what, condition, (holds) => holds))
