import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger, Metric, Option, Result } from "effect"
import { TestClock } from "effect/testing"
import { makeAggregate } from "../src/aggregate/Aggregate.ts"
import { RecentlyUsed } from "../src/collections/RecentlyUsed.ts"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { type Cursor, start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { type Snapshot, SnapshotStore } from "../src/store/SnapshotStore.ts"
import { HistoryTruncated, StoreError, StoreUnavailable, UnexpectedAnswer } from "../src/store/StoreError.ts"
import { tallyEvents, tallyOptions, tallyStates } from "./Tally.ts"

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)
const id = "aggregate"

const appendMany = Effect.fnUntraced(function*(count: number, from: Cursor = start) {
  const store = yield* EventStore
  let cursor = from
  for (let n = 1; n <= count; n++) {
    const event = tallyEvents.encode({ commandId: `c${cursor.version + 1}`, amount: 1 })
    const [[position]] = yield* store.append([{ aggregateId: id, expected: cursor, events: [event] }])
    cursor = { version: cursor.version + 1, position: position! }
  }
  return cursor
})

/** Counts the events that loads read from the store. */
const counted = Effect.gen(function*() {
  const store = yield* EventStore
  const reads: Array<number> = []
  const counting = EventStore.of({
    ...store,
    read: (aggregateId, after) =>
      Effect.tap(store.read(aggregateId, after), ({ events }) => Effect.sync(() => reads.push(events.length)))
  })
  return {
    reads,
    aggregate: (snapshotEvery: number) =>
      makeAggregate({ ...tallyOptions, snapshotEvery }).pipe(Effect.provideService(EventStore, counting))
  }
})

/** Sends commands that are appended one after the other. */
const sender = Effect.fnUntraced(function*(options: { readonly snapshotEvery: number }) {
  const { handle } = yield* makeCommandHandler({ ...tallyOptions, ...options, maxDecisions: 8, timeout: "5 seconds" })
  return (name: string) =>
    handle({ aggregateId: id, command: { id: name, amount: 1 }, context: { limit: 1_000 }, dryRun: false })
})

const latest = Effect.flatMap(SnapshotStore, (store) => store.latest(id))
const eventually = <A, E, R>(effect: Effect.Effect<Option.Option<A>, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    effect,
    Option.match({
      onNone: () => Effect.andThen(Effect.yieldNow, eventually(effect)),
      onSome: Effect.succeed
    })
  )

it.effect("a load reads the history once, then the cache answers", () =>
  Effect.gen(function*() {
    yield* appendMany(7)
    const { aggregate, reads } = yield* counted
    const tallies = yield* aggregate(1_000)
    const cold = yield* tallies.load(id)
    const warm = yield* tallies.load(id)
    assert.deepStrictEqual([cold.state.total, cold.confirmed], [7, true])
    assert.deepStrictEqual([warm.state.total, warm.confirmed], [7, false])
    assert.deepStrictEqual(reads, [7])
  }).pipe(Effect.provide(memory)))

it.effect("a refresh folds exactly what came after", () =>
  Effect.gen(function*() {
    const cursor = yield* appendMany(3)
    const { aggregate, reads } = yield* counted
    const tallies = yield* aggregate(1_000)
    const loaded = yield* tallies.load(id)
    yield* appendMany(2, cursor)
    const current = yield* tallies.refresh(loaded)
    assert.deepStrictEqual([current.state.total, current.cursor.version, current.confirmed], [5, 5, true])
    assert.deepStrictEqual(reads, [3, 2])
  }).pipe(Effect.provide(memory)))

it.effect("a snapshot is saved every n events, and a cold load starts from it", () =>
  Effect.gen(function*() {
    const send = yield* sender({ snapshotEvery: 10 })
    for (let n = 1; n <= 25; n++) yield* send(`c${n}`)
    const snapshot = yield* eventually(Effect.map(latest, Option.filter((saved) => saved.version > 15)))
    assert.strictEqual(snapshot.fingerprint, tallyStates.fingerprint)
    const second = yield* counted
    const again = yield* (yield* second.aggregate(10)).load(id)
    assert.deepStrictEqual([again.state.total, again.cursor], [25, { version: 25, position: 25 }])
    assert.deepStrictEqual(second.reads, [25 - snapshot.version])
  }).pipe(Effect.provide(memory)))

/** How many snapshots came to nothing so far. */
const ignoredSoFar = Effect.map(Metric.snapshot, (metrics) =>
  metrics.reduce((sum, metric) => {
    const outcome = metric.attributes?.["outcome"]
    const counts = metric.id === "snapshots_total" && metric.type === "Counter" &&
      (outcome === "unusable" || outcome === "forgotten")
    return counts ? sum + Number(metric.state.count) : sum
  }, 0))

const unusable: Record<string, Partial<Snapshot>> = {
  "of another life of the store": { incarnation: "another" },
  "of other code": { fingerprint: "tally-2" },
  "that cannot be read": { state: "{" },
  "ahead of the store": { position: 99, version: 99 },
  "of another event at its position": { eventId: "c5:1" }
}
for (const [which, changes] of Object.entries(unusable)) {
  it.effect(`a snapshot ${which} is ignored, which is logged and counted`, () =>
    Effect.gen(function*() {
      const said: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message }) => void said.push(message))])
      const before = yield* ignoredSoFar
      yield* appendMany(5)
      const wrong: Snapshot = {
        aggregateId: id,
        version: 5,
        position: 5,
        eventId: "c5:0",
        incarnation: (yield* EventStore).incarnation,
        fingerprint: tallyStates.fingerprint,
        state: tallyStates.encode({ total: 666, version: 5, commands: {} })
      }
      yield* (yield* SnapshotStore).save({ ...wrong, ...changes })
      const loaded = yield* Effect.provide(
        Effect.flatMap(makeAggregate(tallyOptions), (tallies) => tallies.load(id)),
        logger
      )
      assert.deepStrictEqual([loaded.state.total, loaded.cursor], [5, { version: 5, position: 5 }])
      assert.isAbove(yield* ignoredSoFar, before)
      assert.isAbove(said.length, 0)
    }).pipe(Effect.provide(memory)))
}

it.effect("a snapshot store that is away fails no command", () =>
  Effect.gen(function*() {
    const away = Effect.fail(new StoreError({ reason: new StoreUnavailable({ detail: "no leader" }) }))
    const send = yield* sender({ snapshotEvery: 1 }).pipe(
      Effect.provideService(SnapshotStore, { latest: () => away, save: () => away, forget: () => away })
    )
    assert.deepInclude(yield* send("a"), { _tag: "Applied", version: 1 })
    assert.deepInclude(yield* send("b"), { _tag: "Applied", version: 2 })
  }).pipe(Effect.provide(memory)))

it.effect("a snapshot store that does not answer holds a load up for half a second, no longer", () =>
  Effect.gen(function*() {
    yield* appendMany(3)
    const tallies = yield* makeAggregate(tallyOptions).pipe(
      Effect.provideService(SnapshotStore, {
        latest: () => Effect.never,
        save: () => Effect.void,
        forget: () => Effect.void
      })
    )
    const loading = yield* Effect.forkChild(tallies.load(id))
    yield* TestClock.adjust("500 millis")
    assert.strictEqual((yield* Fiber.join(loading)).state.total, 3)
  }).pipe(Effect.provide(memory)))

const contradiction = Effect.fail(
  new StoreError({ reason: new HistoryTruncated({ aggregateId: id, firstVersion: 2 }) })
)

it.effect("a snapshot that the history contradicts is replayed over and replaced", () =>
  Effect.gen(function*() {
    yield* appendMany(5)
    const store = yield* EventStore
    const snapshots = yield* SnapshotStore
    yield* snapshots.save({
      aggregateId: id,
      version: 3,
      position: 3,
      eventId: "c3:0",
      incarnation: store.incarnation,
      fingerprint: tallyStates.fingerprint,
      state: tallyStates.encode({ total: 666, version: 3, commands: {} })
    })
    const contradicting = EventStore.of({
      ...store,
      read: (aggregateId, after) =>
        Effect.flatMap(after, (cursor) =>
          cursor.version > 0 ? contradiction : store.read(aggregateId, Effect.succeed(cursor)))
    })
    const tallies = yield* makeAggregate(tallyOptions).pipe(Effect.provideService(EventStore, contradicting))
    assert.strictEqual((yield* tallies.load(id)).state.total, 5)
    const saved = yield* eventually(Effect.map(
      latest,
      Option.filter(({ version }) =>
        version === 5
      )
    ))
    assert.deepStrictEqual(tallyStates.decode(saved.state), Result.succeed((yield* tallies.load(id)).state))
  }).pipe(Effect.provide(memory)))

it.effect("a snapshot that cannot be read is forgotten", () =>
  Effect.gen(function*() {
    yield* appendMany(2)
    const forgotten = yield* Deferred.make<string>()
    const tallies = yield* makeAggregate(tallyOptions).pipe(Effect.provideService(SnapshotStore, {
      latest: () => Effect.fail(new StoreError({ reason: new UnexpectedAnswer({ detail: "it is damaged" }) })),
      save: () => Effect.void,
      forget: (aggregateId) => Effect.asVoid(Deferred.succeed(forgotten, aggregateId))
    }))
    assert.strictEqual((yield* tallies.load(id)).state.total, 2)
    assert.strictEqual(yield* Deferred.await(forgotten), id)
  }).pipe(Effect.provide(memory)))

it.effect("a load outlives the command that asked for it, and confirms nothing to the next one", () =>
  Effect.gen(function*() {
    yield* appendMany(4)
    const store = yield* EventStore
    const gate = yield* Deferred.make<void>()
    let reads = 0
    const slow = EventStore.of({
      ...store,
      read: (aggregateId, after) =>
        Effect.suspend(() => {
          reads++
          return Effect.tap(store.read(aggregateId, after), () => Deferred.await(gate))
        })
    })
    const tallies = yield* makeAggregate(tallyOptions).pipe(Effect.provideService(EventStore, slow))
    const first = yield* Effect.forkChild(Effect.timeoutOption(tallies.load(id), "4 seconds"))
    yield* TestClock.adjust("4 seconds")
    assert.isTrue(Option.isNone(yield* Fiber.join(first)))
    const second = yield* Effect.forkChild(tallies.load(id))
    yield* TestClock.adjust("1 second")
    yield* Deferred.succeed(gate, undefined)
    const loaded = yield* Fiber.join(second)
    assert.deepStrictEqual([loaded.state.total, loaded.confirmed, reads], [4, false, 1])
  }).pipe(Effect.provide(memory)))

it("the cache keeps the entries used last and no more", () => {
  const cache = new RecentlyUsed<number>({ entries: 2, weight: 0, weigh: () => 0 })
  cache.set("a", 1)
  cache.set("b", 2)
  cache.get("a")
  cache.set("c", 3)
  assert.deepStrictEqual(["a", "b", "c"].map((key) => cache.get(key)), [1, undefined, 3])
})

it("the cache keeps no more than it can carry, and always the last entry", () => {
  const cache = new RecentlyUsed<number>({ entries: 100, weight: 10, weigh: (value) => value })
  const kept = () => ["a", "b", "c", "d"].map((key) => cache.get(key))
  for (const [key, value] of [["a", 4], ["b", 4], ["c", 2]] as const) cache.set(key, value)
  assert.deepStrictEqual(kept(), [4, 4, 2, undefined])
  cache.set("a", 5)
  assert.deepStrictEqual(kept(), [5, undefined, 2, undefined], "heavier than before, so the oldest leaves")
  cache.set("d", 50)
  assert.deepStrictEqual(kept(), [undefined, undefined, undefined, 50])
  cache.delete("d")
  for (const [key, value] of [["a", 4], ["b", 4], ["c", 2]] as const) cache.set(key, value)
  assert.deepStrictEqual(kept(), [4, 4, 2, undefined])
})
