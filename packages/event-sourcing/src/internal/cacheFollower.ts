import { Effect, FiberHandle, Schedule, type Scope } from "effect"
import { EventStore, type ObservedEvent } from "../EventStore.ts"
import type { StoreError } from "../StoreError.ts"

/**
 * Watches the events of all aggregates and shows them to a cache, so that the cache does not grow old when others append.
 *
 * It begins when somebody else has been found to append: a single replica would only be told of what it stored itself, and
 * that costs as much as a quarter of a command. From then on it goes on for good. Whatever keeps it from seeing events costs
 * speed and nothing else, so it never fails: it is tried again for ever, and a cause is logged when it changes.
 */
export interface CacheFollower {
  /** Watches from now on, if it does not already. */
  readonly begin: Effect.Effect<void>
}

/** Waits between tries: 1 s doubling to 1 min, jittered. What passes by itself the store has waited out before. */
const pauses = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("1 minute")]).pipe(Schedule.jittered)

/** Follows with `pass` for as long as the scope lives. */
export const makeCacheFollower = Effect.fnUntraced(function*(
  pass: (event: ObservedEvent) => void
): Effect.fn.Return<CacheFollower, never, EventStore | Scope.Scope> {
  const { observe } = yield* EventStore
  const fiber = yield* FiberHandle.make()
  let cause = ""

  const changed = (error: StoreError) =>
    Effect.suspend(() => {
      if (error.message === cause) return Effect.void
      cause = error.message
      return Effect.annotateLogs(Effect.logWarning("cached states are not kept up to date"), { reason: cause })
    })

  const follow = observe(pass).pipe(
    Effect.tapError(changed),
    Effect.retry({ schedule: pauses, while: ({ reason }) => reason._tag !== "StoreMissing" }),
    Effect.ignore
  )
  return { begin: Effect.asVoid(FiberHandle.run(fiber, follow, { onlyIfMissing: true })) }
})
