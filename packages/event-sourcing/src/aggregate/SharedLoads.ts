import { Effect, Fiber, FiberMap, Option, type Scope } from "effect"
import type { StoreError } from "../store/StoreError.ts"
import type { ColdLoad } from "./ColdLoad.ts"
import type { Loaded } from "./Loaded.ts"
import { snapshotIsDue } from "./snapshotIsDue.ts"
import type { StateCache } from "./StateCache.ts"

/** Cold loads that all who ask at the same time share. */
export interface SharedLoads<State> {
  /** One load at a time of an aggregate, and not given up with the command that asked for it: the next one finds it done. */
  readonly load: (aggregateId: string) => Effect.Effect<Loaded<State>, StoreError>
  /** Takes a state that the leader confirmed into the cache, and saves a snapshot of it when one is due. */
  readonly remember: (loaded: Loaded<State>) => Effect.Effect<Loaded<State>>
}

/** Makes {@link SharedLoads}, which are under way at most as long as the scope lives. */
export const makeSharedLoads = Effect.fnUntraced(function*<State, Event>(
  snapshotEvery: number,
  cold: Pick<ColdLoad<State>, "loading" | "snapshots">,
  cache: StateCache<State, Event>
): Effect.fn.Return<SharedLoads<State>, never, Scope.Scope> {
  const loads = yield* FiberMap.make<string, Loaded<State>, StoreError>()

  const remember = (loaded: Loaded<State>): Effect.Effect<Loaded<State>> => Effect.sync(() => rememberNow(loaded))

  const rememberNow = (loaded: Loaded<State>): Loaded<State> => {
    const { aggregateId, cursor, snapshotVersion } = loaded
    // Nothing in the store tells any more whether this is still the last state, so it is good for this one command.
    if (cursor.position === 0 && cursor.version > 0) {
      cache.delete(aggregateId)
      return loaded
    }
    if (!snapshotIsDue(aggregateId, cursor.version, snapshotVersion, snapshotEvery)) {
      cache.set(loaded)
      return loaded
    }
    // Due again only after as many events more, whatever becomes of this one: a store that refuses is not pressed.
    const next = { ...loaded, snapshotVersion: cursor.version }
    cache.set(next)
    cold.snapshots.save(aggregateId, loaded)
    return next
  }

  const loadCold = (aggregateId: string) =>
    cold.loading(aggregateId, (state) => remember({ aggregateId, confirmed: true, ...state })).pipe(
      (loading) => cache.whileAsking(aggregateId, loading)
    )

  const load = Effect.fnUntraced(function*(aggregateId: string) {
    const underWay = FiberMap.getUnsafe(loads, aggregateId)
    if (Option.isNone(underWay)) {
      return yield* Effect.flatMap(FiberMap.run(loads, aggregateId, loadCold(aggregateId)), Fiber.join)
    }
    // It began before this command, so it may have asked the leader too early to confirm anything now.
    return { ...(yield* Fiber.join(underWay.value)), confirmed: false }
  })

  return { load, remember }
})
