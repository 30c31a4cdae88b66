import { Effect, type Scope } from "effect"
import { start } from "../store/Event.ts"
import { EventStore } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { AggregateOptions, StateCodec } from "./AggregateOptions.ts"
import { makeColdLoad } from "./ColdLoad.ts"
import { makeFollowedCache } from "./FollowedCache.ts"
import type { Loaded } from "./Loaded.ts"
import { makeLoadRoom } from "./LoadRoom.ts"
import { makeQuietSnapshots } from "./quietSnapshots.ts"
import { makeSharedLoads } from "./SharedLoads.ts"

export type { AggregateOptions, Loaded, StateCodec }

/** Bytes of events of others that are read at a time. */
const tailPageBytes = 512 * 1024

/**
 * States of aggregates over an event store: cache, else snapshot and tail. Once an append met one of somebody else, events of
 * others move on what is cached (see `StateCache.ts`).
 *
 * - `load`: from the cache (not confirmed) or cold (confirmed).
 * - `refresh`: folds what came after, and is confirmed.
 * - `afterConflict`: what to decide on after an append was refused because somebody else was first. From the cache when an
 *   event that passed has moved that on, not confirmed; else as `refresh`.
 * - `cached`: what `load` would give at once, if anything.
 * - `unbegun`: the state before any event, not confirmed: for an append that the store refuses when there is one. Nothing where
 *   the store forgets events, because the guard of an append knows only those that are there.
 * - `keep`: takes the state after an append, and saves a snapshot of it in the background when one is due, when nothing is
 *   appended for a while, and when it leaves the cache.
 * - `holdEvents`: lets events that pass wait until what it gives is called, because an append brings its own.
 *
 * What asks the store fails as that does; a state that the store contradicts leaves the cache.
 */
export interface Aggregate<State> {
  readonly load: (aggregateId: string) => Effect.Effect<Loaded<State>, StoreError>
  readonly refresh: (loaded: Loaded<State>) => Effect.Effect<Loaded<State>, StoreError>
  readonly afterConflict: (loaded: Loaded<State>) => Effect.Effect<Loaded<State>, StoreError>
  readonly cached: (aggregateId: string) => Loaded<State> | undefined
  readonly unbegun: (aggregateId: string) => Loaded<State> | undefined
  readonly keep: (loaded: Loaded<State>, snapshotDue: boolean) => void
  readonly holdEvents: (aggregateId: string) => () => void
}

/**
 * Makes the aggregate of one domain. Snapshots are saved in the background for as long as the scope lives; a failed one is
 * logged, counted, and never fails a command.
 */
export const makeAggregate = Effect.fnUntraced(function*<State, Event>(
  given: AggregateOptions<State, Event>
): Effect.fn.Return<Aggregate<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const options = { ...given, room: given.room ?? (yield* makeLoadRoom) }
  const { snapshotEvery } = options
  const eventStore = yield* EventStore
  const cold = yield* makeColdLoad(options)
  const { cache, follow } = yield* makeFollowedCache(options)
  yield* makeQuietSnapshots(options, cache, cold.snapshots)
  const { load, remember } = yield* makeSharedLoads(snapshotEvery, cold, cache)

  const refresh = Effect.fnUntraced(function*(loaded: Loaded<State>) {
    const { aggregateId, cursor } = loaded
    // There may be much, and a snapshot of it; or all of it is forgotten.
    if (loaded.assumed === true || (cursor.position === 0 && cursor.version > 0)) return yield* load(aggregateId)
    const history = yield* eventStore.read(aggregateId, Effect.succeed(cursor), tailPageBytes).pipe(
      // What came after may be forgotten by now, and in a snapshot.
      Effect.catchReason("StoreError", "HistoryTruncated", () => Effect.undefined)
    )
    if (history === undefined || history.head.position < cursor.position) return yield* load(aggregateId)
    return yield* remember({ ...loaded, ...(yield* cold.foldOn(aggregateId, loaded, history, false)), confirmed: true })
  }, (effect, { aggregateId }) =>
    Effect.tapError(effect, () => Effect.sync(() => cache.delete(aggregateId))).pipe(
      (asking) => cache.whileAsking(aggregateId, asking)
    ))

  const afterConflict = (loaded: Loaded<State>) =>
    Effect.suspend(() => {
      const cached = cache.get(loaded.aggregateId)
      const isAhead = cached !== undefined && cached.cursor.position > loaded.cursor.position
      const current = isAhead ? Effect.succeed({ ...cached, confirmed: false }) : refresh(loaded)
      // Where nobody had looked nobody was first meanwhile.
      return loaded.assumed === true ? current : Effect.andThen(follow, current)
    })

  const services = yield* Effect.context()
  const unbegun = (aggregateId: string): Loaded<State> | undefined =>
    Effect.runSyncWith(services)(eventStore.mayForget) ? undefined : {
      aggregateId,
      state: options.decider.initial(aggregateId),
      cursor: start,
      lastEventId: null,
      confirmed: false,
      snapshotVersion: 0,
      assumed: true
    }

  return {
    unbegun,
    cached: (aggregateId) => {
      const cached = cache.get(aggregateId)
      return cached?.confirmed === true ? { ...cached, confirmed: false } : cached
    },
    keep: (loaded, snapshotDue) => {
      // As it is kept: what a later command is told has to be confirmed for that command.
      cache.keep({ ...loaded, confirmed: false })
      if (snapshotDue) cold.snapshots.save(loaded.aggregateId, loaded)
    },
    holdEvents: (aggregateId) => {
      const asked = cache.ask(aggregateId)
      return () => cache.asked(asked)
    },
    load: (aggregateId) => {
      const cached = cache.get(aggregateId)
      return cached === undefined ? load(aggregateId) : Effect.succeed({ ...cached, confirmed: false })
    },
    refresh,
    afterConflict
  }
})
