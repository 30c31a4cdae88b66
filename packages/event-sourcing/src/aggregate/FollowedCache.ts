import { Effect, FiberHandle, Metric, type Scope } from "effect"
import { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { backoff } from "../timing/backoff.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import { type Passed, StateCache } from "./StateCache.ts"

/**
 * A cache that can be shown the events of all aggregates, so that it does not grow old when others append.
 *
 * That begins when somebody else has been found to append, and stops when nobody has for a while: a single replica would only
 * be shown what it stored itself, which costs it a tenth of a command. Whatever keeps events from it costs speed and nothing
 * else, so it never fails: it is tried again for ever, and a cause is logged when it changes.
 */
export interface FollowedCache<State, Event> {
  readonly cache: StateCache<State, Event>
  /** Shows events to the cache from now on, as long as the scope lives. Does nothing when it does so already. */
  readonly follow: Effect.Effect<void>
}

/** How long events may be no news to the cache before it is shown no more. */
const quietTime = "10 minutes"

/** Waits between tries: 1 s doubling to 10 min, jittered. What passes by itself the store has waited out before. */
const pauses = backoff("1 second", "10 minutes")

const counter = Metric.counter("followed_events_total", {
  description: "Events of others about cached states by what they did: advanced, missed, dropped",
  incremental: true
})

/** Makes an empty one; see {@link FollowedCache}. */
export const makeFollowedCache = Effect.fnUntraced(function*<State, Event>(
  options: AggregateOptions<State, Event>
): Effect.fn.Return<FollowedCache<State, Event>, never, EventStore | Scope.Scope> {
  const { observe } = yield* EventStore
  const context = yield* Effect.context()
  const fiber = yield* FiberHandle.make()
  const counters: Readonly<Record<Passed, Metric.Counter<number>>> = {
    advanced: Metric.withAttributes(counter, { outcome: "advanced" }),
    missed: Metric.withAttributes(counter, { outcome: "missed" }),
    dropped: Metric.withAttributes(counter, { outcome: "dropped" })
  }
  let cause = ""
  let news = false

  const cache = new StateCache(options, (what) => {
    news = true
    counters[what].updateUnsafe(1, context)
  })

  const changed = (error: StoreError) =>
    Effect.suspend(() => {
      if (error.message === cause) return Effect.void
      cause = error.message
      return Effect.annotateLogs(Effect.logWarning("cached states are not kept up to date"), { reason: cause })
    })

  const following = observe((event) => {
    // It works: whatever keeps events away after this is news.
    cause = ""
    cache.pass(event)
  }).pipe(
    Effect.tapError(changed),
    Effect.retry({ schedule: pauses, while: ({ reason }) => reason._tag !== "StoreMissing" }),
    Effect.ignore
  )
  const quiet = Effect.suspend(() => {
    news = false
    return Effect.sleep(quietTime)
  }).pipe(Effect.repeat({ while: () => news }))

  return {
    cache,
    follow: Effect.asVoid(FiberHandle.run(fiber, Effect.raceFirst(following, quiet), { onlyIfMissing: true }))
  }
})
