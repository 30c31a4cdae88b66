import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { makeAggregate } from "../src/aggregate/Aggregate.ts"
import { largeBytes, larger, type LoadSize, makeLoadRoom } from "../src/aggregate/LoadRoom.ts"
import { RecentlyUsed } from "../src/collections/RecentlyUsed.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { tallyEvents, tallyOptions } from "./Tally.ts"

const stores = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)

/** Appends events about one aggregate, each of so many bytes at least. */
const written = Effect.fnUntraced(function*(id: string, count: number, bytes: number) {
  const store = yield* EventStore
  let cursor = start
  for (let n = 0; n < count; n++) {
    const event = { commandId: `${id} ${n} ${"x".repeat(bytes)}`, amount: 1 }
    const [[position]] = yield* store.append([{
      aggregateId: id,
      expected: cursor,
      events: [tallyEvents.encode(event)]
    }])
    cursor = { version: cursor.version + 1, position: position! }
  }
})

describe("room for loads and snapshots", () => {
  it.effect("large loads come one after the other, and small ones pass them by", () =>
    Effect.gen(function*() {
      const room = yield* makeLoadRoom
      const open = yield* Deferred.make<void>()
      const [underWay, most] = [new Map<number, number>(), new Map<number, number>()]
      const need = (bytes: number, wait: Effect.Effect<void>) =>
        room.run((size: LoadSize) =>
          size.bytes < bytes ? Effect.succeed(larger) : Effect.acquireUseRelease(
            Effect.sync(() => {
              underWay.set(bytes, (underWay.get(bytes) ?? 0) + 1)
              most.set(bytes, Math.max(most.get(bytes) ?? 0, underWay.get(bytes)!))
            }),
            () => Effect.as(wait, bytes),
            () => Effect.sync(() => underWay.set(bytes, underWay.get(bytes)! - 1))
          )
        )
      const [small, medium, large] = [1_000, 1_000_000, 100_000_000]
      const held = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 40 }, (_, n) => [medium, large][n % 2]!), (bytes) =>
          need(bytes, Deferred.await(open)), { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      yield* Effect.yieldNow
      const passing = Array.from({ length: 100 }, () =>
        small)
      yield* Effect.forEach(passing, (bytes) =>
        need(bytes, Effect.yieldNow), { concurrency: "unbounded" })
      yield* Deferred.succeed(open, undefined)
      assert.lengthOf(yield* Fiber.join(held), 40)
      assert.deepStrictEqual([most.get(large), most.get(medium)], [1, 4])
      assert.isAtMost(most.get(small)!, 16)
    }))

  it.effect("large snapshots are saved one after the other, and whoever keeps states is told what that needs", () =>
    Effect.gen(function*() {
      const room = yield* makeLoadRoom
      const told: Array<number> = []
      room.onReserved((bytes) => told.push(bytes))
      let [underWay, most] = [0, 0]
      const saving = Effect.acquireUseRelease(
        Effect.sync(() => most = Math.max(most, ++underWay)),
        () => Effect.yieldNow,
        () => Effect.sync(() => underWay--)
      )
      yield* Effect.forEach([1, 2, 3], () => room.save(largeBytes, saving), { concurrency: "unbounded" })
      assert.strictEqual(most, 1)
      assert.isAtLeast(Math.max(...told), 2 * largeBytes)
      assert.strictEqual(told.at(-1), 0)
      yield* Effect.forEach([1, 2, 3], () => room.save(largeBytes - 1, saving), { concurrency: "unbounded" })
      assert.strictEqual(most, 3)
    }))

  it("what is reserved leaves the cache at once, and nothing comes in its place", () => {
    const cache = new RecentlyUsed<number>({ entries: 100, weight: 30, weigh: (value) => value })
    for (const key of ["a", "b", "c"]) cache.set(key, 10)
    cache.reserve(15)
    assert.deepStrictEqual(["a", "b", "c"].map((key) => cache.peek(key)), [undefined, undefined, 10])
    cache.set("d", 10)
    assert.deepStrictEqual(["c", "d"].map((key) => cache.peek(key)), [undefined, 10])
    cache.reserve(100)
    assert.strictEqual(cache.weight, 0)
    cache.reserve(0)
    for (const key of ["a", "b", "c"]) cache.set(key, 10)
    assert.strictEqual(cache.weight, 30)
  })
})

describe("loads of much", () => {
  it.effect("a history of many pages comes to what one read comes to, and never much of it is read at a time", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const pages: Array<number> = []
      yield* written("long", 300, 50_000)
      const aggregate = yield* makeAggregate(tallyOptions).pipe(
        Effect.provideService(EventStore, {
          ...store,
          read: (...given) =>
            Effect.tap(
              store.read(...given),
              ({ events }) => Effect.sync(() => pages.push(events.reduce((bytes, { data }) => bytes + data.length, 0)))
            )
        })
      )
      const { cursor, state } = yield* aggregate.load("long")
      assert.deepStrictEqual([cursor.version, state.total], [300, 300])
      assert.isAtLeast(pages.length, 4)
      assert.isAtMost(Math.max(...pages), 5_000_000)
      const head = (yield* store.read("long", Effect.succeed(start))).head
      assert.deepStrictEqual(cursor, head)
    }).pipe(Effect.provide(stores)))

  for (const snapshotEvery of [10, 1_000]) {
    const from = snapshotEvery === 10 ? "a snapshot" : "events"
    it.effect(`a state that is larger than all there is room for is not made of ${from}: that is an error, with both sizes`, () =>
      Effect.gen(function*() {
        yield* written("large", 20, 10)
        yield* written("small", 5, 10)
        const sizeOf = ({ total }: { readonly total: number }) => total
        const options = { ...tallyOptions, snapshotEvery }
        const whole = yield* makeAggregate(options)
        assert.strictEqual((yield* whole.load("large")).state.total, 20)
        yield* Effect.yieldNow
        const bounded = yield* makeAggregate({ ...options, cacheSize: { max: 19, sizeOf } })
        const { reason } = yield* Effect.flip(bounded.load("large"))
        assert(reason._tag === "StateTooLarge")
        assert.deepInclude(reason, { aggregateId: "large", maxBytes: 19 })
        assert.isAtLeast(reason.actualBytes, 20)
        assert.strictEqual((yield* bounded.load("small")).state.total, 5)
      }).pipe(Effect.provide(stores)))
  }
})
