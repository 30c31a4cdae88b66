import { Duration, Effect } from "effect"
import type { Clock } from "effect/Clock"
import type { Timeline } from "../time/Timeline.ts"

/** When every simulation begins, in milliseconds since 1970. */
export const beginning = Date.UTC(2026, 0, 1)

const nanos = (millis: number): bigint => BigInt(Math.round(millis * 1_000_000))

/**
 * The clocks of one process: the one that never jumps is the timeline, the one on the wall may be wrong, and be set. Both wake the
 * process by turns of its own.
 */
export class VirtualClock implements Clock {
  readonly #timeline: Timeline
  readonly #turn: (run: () => void) => void
  /** What the clock on the wall is ahead of the timeline, in milliseconds. */
  #aheadMillis = 0

  constructor(timeline: Timeline, turn: (run: () => void) => void) {
    this.#timeline = timeline
    this.#turn = turn
  }

  /** Sets the clock on the wall forward, or back. */
  jump(millis: number): void {
    this.#aheadMillis += millis
  }

  currentTimeMillisUnsafe(): number {
    return Math.floor(beginning + this.#timeline.now() + this.#aheadMillis)
  }

  readonly currentTimeMillis: Effect.Effect<number> = Effect.sync(() => this.currentTimeMillisUnsafe())

  currentTimeNanosUnsafe(): bigint {
    return nanos(beginning + this.#timeline.now() + this.#aheadMillis)
  }

  readonly currentTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.currentTimeNanosUnsafe())

  monotonicTimeNanosUnsafe(): bigint {
    return nanos(this.#timeline.now())
  }

  readonly monotonicTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.monotonicTimeNanosUnsafe())

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (millis <= 0) return Effect.yieldNow
    if (!Number.isFinite(millis)) return Effect.never
    return Effect.callback((resume) => {
      const cancel = this.#timeline.after(millis, () => this.#turn(() => resume(Effect.void)))
      return Effect.sync(cancel)
    })
  }
}
