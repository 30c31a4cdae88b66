import { Duration, Effect, Random, Schedule } from "effect"

/** Exponential 100 ms → 5 s, each delay drawn evenly from zero to that ("full jitter"), for ever. */
export const reconnectSchedule: Schedule.Schedule<unknown> = Schedule.min([
  Schedule.exponential("100 millis"),
  Schedule.spaced("5 seconds")
]).pipe(
  Schedule.modifyDelay(({ duration }) =>
    Effect.map(Random.next, (share) => Duration.millis(Duration.toMillis(duration) * share))
  )
)
