import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import { makeAggregate } from "../src/aggregate/Aggregate.ts"
import { waitingBytesMax } from "../src/aggregate/StateCache.ts"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { start } from "../src/store/Event.ts"
import { EventStore, type ObservedEvent } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { PermissionRefused, StoreError } from "../src/store/StoreError.ts"
import { interleaved } from "./Interleaving.ts"
import { tallyEvents, tallyOptions } from "./Tally.ts"

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)
const id = "aggregate"

/** A replica over the store of the context; what it asks of the store is counted. */
const replica = Effect.fnUntraced(function*(snapshotEvery = 1_000) {
  const store = yield* EventStore
  const asked = { reads: 0, appends: 0, observes: 0 }
  const counting = EventStore.of({
    ...store,
    read: (...given) => Effect.suspend(() => (asked.reads += 1, store.read(...given))),
    append: (...given) => Effect.suspend(() => (asked.appends += 1, store.append(...given))),
    observe: (onEvent) => Effect.suspend(() => (asked.observes += 1, store.observe(onEvent)))
  })
  const handler = yield* makeCommandHandler({ ...tallyOptions, snapshotEvery, maxDecisions: 8, timeout: "5 seconds" })
    .pipe(Effect.provideService(EventStore, counting))
  const add = (commandId: string, amount = 1, limit = 1_000) =>
    handler.handle({ aggregateId: id, command: { id: commandId, amount }, context: { limit }, dryRun: false })
  return { add, asked }
})

it.effect("after the first conflict, what others append costs a command nothing more", () =>
  Effect.gen(function*() {
    const replicas = [yield* replica(), yield* replica(), yield* replica()]
    for (let n = 0; n < 6; n++) yield* replicas[n % 3]!.add(`first${n}`)
    const before = replicas.map(({ asked }) => ({ ...asked }))
    for (let n = 0; n < 30; n++) {
      assert.deepInclude(yield* replicas[n % 3]!.add(`c${n}`), { _tag: "Applied", version: n + 7 })
    }
    for (const [n, { asked }] of replicas.entries()) {
      assert.deepStrictEqual(asked, { ...before[n]!, appends: before[n]!.appends + 10 })
    }
  }).pipe(Effect.provide(memory)))

it.effect("a single replica is not shown its own events", () =>
  Effect.gen(function*() {
    const { add, asked } = yield* replica()
    for (let n = 0; n < 5; n++) yield* add(`c${n}`)
    assert.deepStrictEqual(asked, { reads: 1, appends: 5, observes: 0 })
  }).pipe(Effect.provide(memory)))

it.effect("an answer without an append is confirmed, however new what was shown is", () =>
  Effect.gen(function*() {
    const [one, two] = [yield* replica(), yield* replica()]
    for (let n = 0; n < 4; n++) yield* [one, two][n % 2]!.add(`first${n}`)
    yield* two.add("full", 6)
    const { reads } = one.asked
    assert.deepInclude(yield* one.add("more", 1, 10), { _tag: "Rejected", version: 5 })
    assert.strictEqual(one.asked.reads, reads + 1)
  }).pipe(Effect.provide(memory)))

it.effect("of all replicas only that which appended the event that makes a snapshot due saves it", () =>
  Effect.gen(function*() {
    const saved: Array<number> = []
    const counting = Layer.effect(
      SnapshotStore,
      Effect.map(SnapshotStore, (store) =>
        SnapshotStore.of({
          ...store,
          save: (snapshot) => Effect.andThen(Effect.sync(() => saved.push(snapshot.version)), store.save(snapshot))
        }))
    ).pipe(Layer.provide(SnapshotStore.layerMemory))
    yield* Effect.gen(function*() {
      const replicas = [yield* replica(10), yield* replica(10), yield* replica(10)]
      const settled = Effect.repeat(Effect.yieldNow, { times: 20 })
      // Until each has met an event of another one it does not hear of them.
      for (let n = 1; n <= 20; n++) yield* replicas[n % 3]!.add(`c${n}`)
      yield* settled
      saved.length = 0
      for (let n = 21; n <= 120; n++) yield* Effect.andThen(replicas[n % 3]!.add(`c${n}`), settled)
    }).pipe(Effect.provide(counting))
    const [first] = saved
    assert.isAtMost(first!, 30)
    assert.deepStrictEqual(saved, Array.from({ length: 10 }, (_, n) => first! + 10 * n))
  }).pipe(Effect.provide(EventStore.layerMemory)))

it.effect("a state that an event moved on after a refused append is not taken for the last one", () =>
  Effect.gen(function*() {
    const view = yield* interleaved
    const behind = yield* replica().pipe(Effect.provideService(EventStore, view.events))
    const other = yield* replica()
    const ask = Effect.fnUntraced(function*(...given: Parameters<typeof behind.add>) {
      const running = yield* Effect.forkChild(behind.add(...given), { startImmediately: true })
      while (running.pollUnsafe() === undefined) yield* Effect.andThen(view.answer, Effect.yieldNow)
      return yield* Fiber.join(running)
    })
    yield* ask("a", 1)
    yield* other.add("b", 1)
    yield* ask("c", 1)
    yield* other.add("d", 8)
    yield* other.add("e", -9)
    const refused = yield* Effect.forkChild(behind.add("f", 5, 10), { startImmediately: true })
    yield* Effect.yieldNow
    // Its own event, and the first of the other.
    view.show()
    view.show()
    while (refused.pollUnsafe() === undefined) yield* Effect.andThen(view.answer, Effect.yieldNow)
    // On what it was shown it would be too much; what it was not shown had been acknowledged before it was asked.
    assert.deepInclude(yield* Fiber.join(refused), { _tag: "Applied", version: 6 })
  }).pipe(Effect.provide(memory)))

/** One aggregate over a store that shows what the test wants. */
const shown = Effect.gen(function*() {
  const store = yield* EventStore
  let observer: (event: ObservedEvent) => void = () => undefined
  const aggregate = yield* makeAggregate(tallyOptions).pipe(
    Effect.provideService(EventStore, {
      ...store,
      observe: (onEvent) => Effect.suspend(() => (observer = onEvent, Effect.never))
    })
  )
  yield* store.append([{
    aggregateId: id,
    expected: start,
    events: [tallyEvents.encode({ commandId: "a", amount: 1 })]
  }])
  yield* aggregate.afterConflict(yield* aggregate.load(id))
  yield* Effect.yieldNow
  const event = { aggregateId: id, id: null, type: "Added", time: 0, commandId: null, correlationId: null }
  const show = (version: number, position: number, commandId = `v${version}`, bytes = 100) =>
    observer({
      aggregateId: id,
      position,
      bytes,
      read: () => ({ ...event, version, position, data: JSON.stringify({ commandId, amount: 1 }) })
    })
  return { aggregate, show }
})

it.effect("events that a state has, or that lie further ahead, leave it as it is", () =>
  Effect.gen(function*() {
    const { aggregate, show } = yield* shown
    show(1, 1)
    show(3, 3)
    assert.deepInclude(yield* aggregate.load(id), { cursor: { version: 1, position: 1 }, confirmed: false })
    show(2, 2)
    show(2, 2)
    const moved = yield* aggregate.load(id)
    assert.deepStrictEqual([moved.cursor, moved.state.total], [{ version: 2, position: 2 }, 2])
  }).pipe(Effect.provide(memory)))

it.effect("events that wait while the store is asked are bounded in bytes; those beyond are not seen", () =>
  Effect.gen(function*() {
    const store = yield* EventStore
    let [observer, gate]: [(event: ObservedEvent) => void, Effect.Effect<void>] = [() => undefined, Effect.void]
    const aggregate = yield* makeAggregate(tallyOptions).pipe(
      Effect.provideService(EventStore, {
        ...store,
        read: (...given) => Effect.tap(store.read(...given), () => gate),
        observe: (onEvent) => Effect.suspend(() => (observer = onEvent, Effect.never))
      })
    )
    yield* aggregate.afterConflict(yield* aggregate.load(id))
    yield* Effect.yieldNow
    const facts = { id: null, type: "Added", time: 0, commandId: null, correlationId: null }
    // What waited has made room for the next ones when it does not wait any more.
    for (const aggregateId of ["one", "two"]) {
      const loaded = yield* aggregate.load(aggregateId)
      const open = yield* Deferred.make<void>()
      gate = Deferred.await(open)
      const asking = yield* Effect.forkChild(aggregate.refresh(loaded), { startImmediately: true })
      for (let version = 1; version <= 6; version++) {
        const data = JSON.stringify({ commandId: `v${version}`, amount: 1 })
        const read = () => ({ ...facts, aggregateId, version, position: version, data })
        observer({ aggregateId, position: version, bytes: waitingBytesMax / 4, read })
      }
      gate = Effect.void
      yield* Deferred.succeed(open, undefined)
      yield* Fiber.join(asking)
      assert.strictEqual((yield* aggregate.load(aggregateId)).cursor.version, 4)
    }
  }).pipe(Effect.provide(memory)))

for (const [what, version] of [["begins the history anew", 1], ["has no number", 0]] as const) {
  it.effect(`after an event that ${what} the state is loaded again`, () =>
    Effect.gen(function*() {
      const { aggregate, show } = yield* shown
      show(2, 2)
      show(version, 9)
      const { confirmed, cursor, state } = yield* aggregate.load(id)
      assert.deepStrictEqual([confirmed, cursor, state.total], [true, { version: 1, position: 1 }, 1])
    }).pipe(Effect.provide(memory)))
}

it.effect("a store that lets nobody watch is tried again and fails no command; it is logged once", () =>
  Effect.gen(function*() {
    const warnings: Array<unknown> = []
    const logger = Logger.layer([Logger.make(({ logLevel, message }) => logLevel === "Warn" && warnings.push(message))])
    const store = yield* EventStore
    let tries = 0
    const refusing = EventStore.of({
      ...store,
      observe: (onEvent) =>
        Effect.suspend(() => {
          tries += 1
          return tries > 5
            ? store.observe(onEvent)
            : Effect.fail(new StoreError({ reason: new PermissionRefused({ detail: "no consumers" }) }))
        })
    })
    yield* Effect.gen(function*() {
      const one = yield* replica().pipe(Effect.provideService(EventStore, refusing))
      const two = yield* replica()
      for (let n = 0; n < 6; n++) {
        assert.deepInclude(yield* [one, two][n % 2]!.add(`c${n}`), { _tag: "Applied", version: n + 1 })
      }
      yield* TestClock.adjust("1 hour")
      assert.isAbove(tries, 5)
      const { reads } = one.asked
      for (let n = 6; n < 12; n++) yield* [one, two][n % 2]!.add(`c${n}`)
      assert.isAtMost(one.asked.reads, reads + 1)
    }).pipe(Effect.provide(logger))
    assert.strictEqual(warnings.length, 1)
  }).pipe(Effect.provide(memory)))

it.effect("who is alone again is shown no more, until the next conflict", () =>
  Effect.gen(function*() {
    const store = yield* EventStore
    let watching = 0
    const watched = EventStore.of({
      ...store,
      observe: (onEvent) =>
        Effect.suspend(() => {
          watching += 1
          return Effect.ensuring(store.observe(onEvent), Effect.sync(() => watching--))
        })
    })
    const one = yield* replica().pipe(Effect.provideService(EventStore, watched))
    const two = yield* replica()
    let n = 0
    const conflict = Effect.gen(function*() {
      yield* one.add(`c${n++}`)
      yield* two.add(`c${n++}`)
      yield* one.add(`c${n++}`)
    })
    yield* conflict
    assert.strictEqual(watching, 1)
    for (let minutes = 0; minutes < 60; minutes += 5) {
      yield* two.add(`c${n++}`)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(watching, 1)
    }
    for (let minutes = 0; minutes < 20; minutes += 5) {
      yield* one.add(`c${n++}`)
      yield* TestClock.adjust("5 minutes")
    }
    assert.strictEqual(watching, 0)
    yield* conflict
    assert.strictEqual(watching, 1)
  }).pipe(Effect.provide(memory)))
