import { Effect, Fiber, FiberMap, Option, Result, type Scope } from "effect"
import type { Decider } from "./Decider.ts"
import { type Cursor, type EventCodec, type EventReference, referenceTo, start } from "./Event.ts"
import { EventStore, type History } from "./EventStore.ts"
import { RecentlyUsed } from "./internal/RecentlyUsed.ts"
import { type Folded, makeSnapshotKeeper } from "./internal/snapshotKeeper.ts"
import type { SnapshotStore } from "./SnapshotStore.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * Translates between states and snapshot text.
 *
 * `fingerprint` names the state's shape and the rules of `evolve`; a snapshot with another one is never decoded. `decode`
 * says in words why it cannot read a text.
 */
export interface StateCodec<State> {
  readonly fingerprint: string
  readonly encode: (state: State) => string
  readonly decode: (text: string) => Result.Result<State, string>
}

/** What {@link makeAggregate} needs to know. */
export interface AggregateOptions<State, Event> {
  readonly decider: Pick<Decider<State, never, Event, unknown, never>, "initial" | "evolve">
  readonly events: EventCodec<Event>
  readonly states: StateCodec<State>
  /** Aggregates whose state is kept in memory; the one used longest ago leaves first. */
  readonly cacheCapacity: number
  /** A snapshot is due when this many events, at least 1, came after the last one. */
  readonly snapshotEvery: number
}

/** The state of one aggregate and how far its history has been folded into it. */
export interface Loaded<State> {
  readonly aggregateId: string
  readonly state: State
  readonly cursor: Cursor
  /** Whether the store's leader said during this command that nothing came after `cursor`. */
  readonly confirmed: boolean
  /** Version of the last snapshot, 0 when there is none. */
  readonly snapshotVersion: number
}

/**
 * States of aggregates over an event store: cache, else snapshot and tail.
 *
 * - `load`: from the cache (not confirmed) or cold (confirmed).
 * - `refresh`: folds what came after, and is confirmed.
 * - `append`: stores events on the state they were decided from, and gives the state after them.
 *
 * All fail with what the store fails with; a state that the store contradicts leaves the cache.
 */
export interface Aggregate<State, Event> {
  readonly load: (aggregateId: string) => Effect.Effect<Loaded<State>, StoreError>
  readonly refresh: (loaded: Loaded<State>) => Effect.Effect<Loaded<State>, StoreError>
  readonly append: (
    loaded: Loaded<State>,
    events: readonly [Event, ...ReadonlyArray<Event>]
  ) => Effect.Effect<readonly [Loaded<State>, ReadonlyArray<EventReference>], StoreError>
}

/** Whether a snapshot is due. */
export const snapshotIsDue = (version: number, snapshotVersion: number, snapshotEvery: number): boolean =>
  version - snapshotVersion >= snapshotEvery

/** Events folded before other fibers get a turn. */
const foldPageEvents = 256

/**
 * Makes the aggregate of one domain. Snapshots are saved in the background for as long as the scope lives; a failed one is
 * logged, counted, and never fails a command.
 */
export const makeAggregate = Effect.fnUntraced(function*<State, Event>(
  options: AggregateOptions<State, Event>
): Effect.fn.Return<Aggregate<State, Event>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { decider, events: eventCodec, snapshotEvery } = options
  const eventStore = yield* EventStore
  const snapshots = yield* makeSnapshotKeeper(options.states)
  const cache = new RecentlyUsed<Loaded<State>>(options.cacheCapacity)
  const loads = yield* FiberMap.make<string, Loaded<State>, StoreError>()

  const remember = (loaded: Loaded<State>): Effect.Effect<Loaded<State>> => {
    const { aggregateId, cursor, snapshotVersion } = loaded
    if (!snapshotIsDue(cursor.version, snapshotVersion, snapshotEvery)) {
      cache.set(aggregateId, loaded)
      return Effect.succeed(loaded)
    }
    // Due again only after as many events more, whatever becomes of this one: a store that refuses is not pressed.
    const next = { ...loaded, snapshotVersion: cursor.version }
    cache.set(aggregateId, next)
    return Effect.as(snapshots.save(aggregateId, loaded), next)
  }

  const loadedFrom = (aggregateId: string, folded: Folded<State> | undefined): Loaded<State> => ({
    aggregateId,
    state: folded === undefined ? decider.initial(aggregateId) : folded.state,
    cursor: folded === undefined ? start : folded.cursor,
    confirmed: false,
    snapshotVersion: folded === undefined ? 0 : folded.cursor.version
  })

  const fold = Effect.fnUntraced(function*(base: Loaded<State>, { events, head }: History) {
    let state = base.state
    for (const [index, recorded] of events.entries()) {
      if (index % foldPageEvents === foldPageEvents - 1) yield* Effect.yieldNow
      state = decider.evolve(state, eventCodec.decode(recorded), recorded.position)
    }
    return yield* remember({ ...base, state, cursor: head, confirmed: true })
  })

  const replay = (aggregateId: string) =>
    Effect.flatMap(
      eventStore.read(aggregateId, Effect.succeed(start)),
      (history) => fold(loadedFrom(aggregateId, undefined), history)
    )

  const loadCold = Effect.fn("Aggregate.loadCold")(function*(aggregateId: string) {
    const restored = yield* Effect.cached(snapshots.restore(aggregateId))
    const read = yield* Effect.result(
      eventStore.read(aggregateId, Effect.map(restored, (folded) => folded === undefined ? start : folded.cursor))
    )
    const folded = yield* restored
    const base = loadedFrom(aggregateId, folded)
    const contradicted = folded !== undefined && (Result.isFailure(read)
      ? read.failure.reason._tag === "HistoryTruncated"
      : read.success.head.position < folded.cursor.position)
    if (!contradicted) return yield* fold(base, yield* Effect.fromResult(read))
    // Any doubt about a snapshot means replay; if the events are all there, it was the snapshot that was wrong.
    const whole = yield* replay(aggregateId)
    yield* snapshots.forget(aggregateId, "the history contradicts it")
    return whole
  })

  /** One load at a time of an aggregate, and not given up with the command that asked for it: the next one finds it done. */
  const load = Effect.fnUntraced(function*(aggregateId: string) {
    const underWay = FiberMap.getUnsafe(loads, aggregateId)
    if (Option.isNone(underWay)) {
      return yield* Effect.flatMap(FiberMap.run(loads, aggregateId, loadCold(aggregateId)), Fiber.join)
    }
    // It began before this command, so it may have asked the leader too early to confirm anything now.
    return { ...(yield* Fiber.join(underWay.value)), confirmed: false }
  })

  const refresh = Effect.fnUntraced(function*(loaded: Loaded<State>) {
    const history = yield* eventStore.read(loaded.aggregateId, Effect.succeed(loaded.cursor))
    if (history.head.position < loaded.cursor.position) return yield* load(loaded.aggregateId)
    return yield* fold(loaded, history)
  }, (effect, loaded) => Effect.tapError(effect, () => Effect.sync(() => cache.delete(loaded.aggregateId))))

  const append = Effect.fnUntraced(function*(
    loaded: Loaded<State>,
    events: readonly [Event, ...ReadonlyArray<Event>]
  ) {
    const [first, ...others] = events
    const encoded = [eventCodec.encode(first), ...others.map(eventCodec.encode)] as const
    const positions = yield* eventStore.append(loaded.aggregateId, loaded.cursor, encoded)
    const references = encoded.map((event, index) =>
      referenceTo(event, loaded.cursor.version + index + 1, positions[index]!)
    )
    const after = yield* remember({
      ...loaded,
      state: events.reduce((state, event, index) => decider.evolve(state, event, positions[index]!), loaded.state),
      cursor: { version: loaded.cursor.version + events.length, position: positions.at(-1)! },
      confirmed: true
    })
    return [after, references] as const
  })

  return {
    load: (aggregateId) => {
      const cached = cache.get(aggregateId)
      return cached === undefined ? load(aggregateId) : Effect.succeed({ ...cached, confirmed: false })
    },
    refresh,
    append
  }
})
