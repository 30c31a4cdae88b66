import { type Duration, Effect, Random, Schedule } from "effect"

/** Pauses that double from `first` to `most`, for ever, without jitter. */
export const doubling = (first: Duration.Input, most: Duration.Input): Schedule.Schedule<unknown> =>
  Schedule.min([Schedule.exponential(first), Schedule.spaced(most)])

/** Pauses that double from `first` to `most`, for ever, jittered by a fifth. */
export const backoff = (first: Duration.Input, most: Duration.Input): Schedule.Schedule<unknown> =>
  Schedule.jittered(doubling(first, most))

/** As {@link doubling}, where somebody else counts: the pause after so many vain tries, at least 1. All in milliseconds. */
export const doubled = (tries: number, first: number, most: number): number => Math.min(first * 2 ** (tries - 1), most)

/** As {@link backoff}, where somebody else counts: the pause after so many vain tries, at least 1. In milliseconds. */
export const backoffPause = (tries: number, first: number, most: number): Effect.Effect<void> =>
  Effect.flatMap(
    Random.next,
    (chance) => Effect.sleep(doubled(tries, first, most) * (0.8 + 0.4 * chance))
  )
