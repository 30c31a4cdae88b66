import { Effect, FiberSet, Metric, Option, Result, type Scope, Semaphore } from "effect"
import type { Decider } from "./Decider.ts"
import { type Cursor, type EventCodec, type EventReference, referenceTo, start } from "./Event.ts"
import { EventStore, type History } from "./EventStore.ts"
import { RecentlyUsed } from "./internal/RecentlyUsed.ts"
import { type Snapshot, SnapshotStore } from "./SnapshotStore.ts"
import type { StoreError } from "./StoreError.ts"

/** Snapshots saved at the same time by one aggregate; beyond it a due snapshot waits for a later event. */
export const concurrentSnapshots = 4

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

const snapshots = Metric.counter("snapshots_total", {
  description: "Snapshots by outcome: saved, failed, skipped, unusable, restored",
  incremental: true
})
const countSnapshot = (outcome: "saved" | "failed" | "skipped" | "unusable" | "restored") =>
  Metric.update(Metric.withAttributes(snapshots, { outcome }), 1)

/**
 * Makes the aggregate of one domain. Snapshots are saved in the background for as long as the scope lives; a failed one is
 * logged, counted, and never fails a command.
 */
export const makeAggregate = Effect.fnUntraced(function*<State, Event>(
  options: AggregateOptions<State, Event>
): Effect.fn.Return<Aggregate<State, Event>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { decider, events: eventCodec, snapshotEvery, states } = options
  const eventStore = yield* EventStore
  const snapshotStore = yield* SnapshotStore
  const cache = new RecentlyUsed<Loaded<State>>(options.cacheCapacity)
  const background = yield* FiberSet.make()
  const slots = yield* Semaphore.make(concurrentSnapshots)

  const remember = (loaded: Loaded<State>): Effect.Effect<Loaded<State>> => {
    if (!snapshotIsDue(loaded.cursor.version, loaded.snapshotVersion, snapshotEvery)) {
      cache.set(loaded.aggregateId, loaded)
      return Effect.succeed(loaded)
    }
    // Due again only after as many events more, whatever becomes of this one: a store that refuses is not pressed.
    const next = { ...loaded, snapshotVersion: loaded.cursor.version }
    cache.set(loaded.aggregateId, next)
    return Effect.as(FiberSet.run(background, saveSnapshot(loaded)), next)
  }

  const saveSnapshot = ({ aggregateId, cursor, state }: Loaded<State>) =>
    Effect.suspend(() =>
      snapshotStore.save({
        aggregateId,
        version: cursor.version,
        position: cursor.position,
        incarnation: eventStore.incarnation,
        fingerprint: states.fingerprint,
        state: states.encode(state)
      })
    ).pipe(
      slots.withPermitsIfAvailable(1),
      Effect.flatMap((saved) => countSnapshot(Option.isSome(saved) ? "saved" : "skipped")),
      Effect.catchCause((cause) =>
        Effect.andThen(
          countSnapshot("failed"),
          Effect.logWarning("snapshot not saved", cause)
        )
      ),
      Effect.annotateLogs({ aggregateId, version: cursor.version }),
      Effect.withSpan("Aggregate.saveSnapshot", { attributes: { aggregateId, version: cursor.version } })
    )

  const empty = (aggregateId: string): Loaded<State> => ({
    aggregateId,
    state: decider.initial(aggregateId),
    cursor: start,
    confirmed: false,
    snapshotVersion: 0
  })

  /** The latest usable snapshot as a state, else the empty state. Never fails: a snapshot is only a starting point. */
  const restore = Effect.fnUntraced(function*(aggregateId: string) {
    const found = yield* snapshotStore.latest(aggregateId).pipe(
      Effect.catch((error) =>
        Effect.as(Effect.annotateLogs(Effect.logWarning("snapshot not read"), { reason: error.message }), Option.none())
      )
    )
    if (Option.isNone(found)) return empty(aggregateId)
    const { position, version } = found.value
    const state = usableState(found.value)
    yield* countSnapshot(Result.isSuccess(state) ? "restored" : "unusable")
    if (Result.isSuccess(state)) {
      const cursor = { version, position }
      return { aggregateId, state: state.success, cursor, confirmed: false, snapshotVersion: version }
    }
    yield* Effect.logWarning("snapshot ignored").pipe(Effect.annotateLogs({ version, reason: state.failure }))
    return empty(aggregateId)
  }, (effect, aggregateId) => Effect.annotateLogs(effect, { aggregateId }))

  const usableState = ({ fingerprint, incarnation, state }: Snapshot): Result.Result<State, string> =>
    incarnation !== eventStore.incarnation
      ? Result.fail("it belongs to another life of the event store")
      : fingerprint !== states.fingerprint
      ? Result.fail("other code made it")
      : states.decode(state)

  const fold = (base: Loaded<State>, history: History): Loaded<State> => ({
    ...base,
    state: history.events.reduce(
      (state, recorded) => decider.evolve(state, eventCodec.decode(recorded), recorded.position),
      base.state
    ),
    cursor: history.head,
    confirmed: true
  })

  const loadCold = Effect.fn("Aggregate.loadCold")(function*(aggregateId: string) {
    const restored = yield* Effect.cached(restore(aggregateId))
    const history = yield* eventStore.read(aggregateId, Effect.map(restored, (base) => base.cursor))
    const base = yield* restored
    if (history.head.position < base.cursor.position) {
      const whole = yield* eventStore.read(aggregateId, Effect.succeed(start))
      return yield* remember(fold(empty(aggregateId), whole))
    }
    return yield* remember(fold(base, history))
  })

  const refresh = Effect.fnUntraced(function*(loaded: Loaded<State>) {
    const history = yield* eventStore.read(loaded.aggregateId, Effect.succeed(loaded.cursor))
    if (history.head.position < loaded.cursor.position) return yield* loadCold(loaded.aggregateId)
    return yield* remember(fold(loaded, history))
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
      return cached === undefined ? loadCold(aggregateId) : Effect.succeed({ ...cached, confirmed: false })
    },
    refresh,
    append
  }
})
