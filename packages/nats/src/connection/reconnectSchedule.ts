import { doubling } from "@cim-domain/event-sourcing/backoff"
import { Duration, Effect, Random, Schedule } from "effect"

/** Exponential 100 ms → 5 s, each delay drawn evenly from zero to that ("full jitter"), for ever. */
export const reconnectSchedule: Schedule.Schedule<unknown> = doubling("100 millis", "5 seconds").pipe(
  Schedule.modifyDelay(({ duration }) =>
    Effect.map(Random.next, (share) => Duration.millis(Duration.toMillis(duration) * share))
  )
)
