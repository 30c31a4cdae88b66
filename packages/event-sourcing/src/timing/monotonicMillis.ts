import { Clock, Effect } from "effect"

/** Milliseconds on a clock that does not jump, since no time in particular: only differences mean anything. */
export const monotonicMillisOf = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000

/** As {@link monotonicMillisOf}, on the clock of the fiber. */
export const monotonicMillis: Effect.Effect<number> = Clock.clockWith((clock) =>
  Effect.sync(() => monotonicMillisOf(clock))
)

/** The same of this process, for what no fiber runs: a signal, a callback, a timer of its own. */
export const processMillis = (): number => performance.now()
