import { Effect, type Scope } from "effect"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Loaded } from "./Loaded.ts"
import { behindMin } from "./snapshotIsDue.ts"
import type { SnapshotKeeper } from "./SnapshotKeeper.ts"
import type { StateCache } from "./StateCache.ts"

/**
 * Snapshots of aggregates that fell quiet, and of those that leave the cache, so that the next load of one has nothing to read
 * but that. Only the replica that appended last saves; what others append is theirs.
 *
 * One sleeper looks at the cache for all of them, and an append leaves no more behind than a number in the entry of its state.
 */

/** How often the cache is looked at, in milliseconds. */
export const lookMillis = 1_000
/** After how many looks without an append of this replica an aggregate is quiet. */
export const quietLooks = 5

/** Snapshots for these reasons in one second, at most. */
export const savesPerSecond = 32

/** Largest state, in bytes, that is saved when it leaves the cache: until that is done nobody counts it. */
export const evictedBytesMax = 1024 * 1024

/** Saves in the background for as long as the scope lives; see the module comment. Never fails. */
export const makeQuietSnapshots = Effect.fnUntraced(function*<State, Event>(
  { cacheSize }: Pick<AggregateOptions<State, Event>, "cacheSize">,
  cache: StateCache<State, Event>,
  snapshots: SnapshotKeeper<State>
): Effect.fn.Return<void, never, Scope.Scope> {
  let left = savesPerSecond
  const isWorth = ({ cursor, snapshotVersion }: Loaded<State>) => cursor.version - snapshotVersion >= behindMin

  cache.onEvicted((loaded) => {
    if (left === 0 || !isWorth(loaded) || (cacheSize?.sizeOf(loaded.state) ?? 0) > evictedBytesMax) return
    left -= 1
    snapshots.save(loaded.aggregateId, loaded)
  })

  /** One after the other, each as it is when its turn comes: so nothing waits here, and a store that is slow is not pressed. */
  const look = Effect.gen(function*() {
    left = savesPerSecond
    for (const loaded of cache.quiet(quietLooks)) {
      if (!isWorth(loaded)) continue
      left -= 1
      cache.saved(loaded)
      yield* snapshots.saveInTurn(loaded.aggregateId, loaded)
      if (left <= 0) return
    }
  })
  yield* Effect.forkScoped(Effect.forever(Effect.delay(look, lookMillis)))
})
