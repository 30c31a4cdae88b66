import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Layer, Option, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { AggregateOptions } from "../src/aggregate/Aggregate.ts"
import { evictedBytesMax, savesPerSecond } from "../src/aggregate/quietSnapshots.ts"
import { behindMin } from "../src/aggregate/snapshotIsDue.ts"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { type Snapshot, SnapshotStore } from "../src/store/SnapshotStore.ts"
import { StoreError, StoreUnavailable } from "../src/store/StoreError.ts"
import { type Added, tallyOptions, type TallyState } from "./Tally.ts"

let replicas = 0
const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)

/** One replica over the stores of the test. Gives what sends it a command, and the snapshots that it asked to be saved. */
const replica = Effect.fnUntraced(function*(
  options: Partial<AggregateOptions<TallyState, Added>> = {},
  save: (snapshot: Snapshot, inner: SnapshotStore["Service"]) => Effect.Effect<void, StoreError> = (snapshot, inner) =>
    inner.save(snapshot)
) {
  const inner = yield* SnapshotStore
  const saves: Array<string> = []
  const { handle } = yield* makeCommandHandler({
    ...tallyOptions,
    ...options,
    decider: tallyOptions.decider,
    maxDecisions: 8,
    timeout: "5 seconds"
  }).pipe(Effect.provideService(SnapshotStore, {
    ...inner,
    save: (snapshot) =>
      Effect.suspend(() => {
        saves.push(`${snapshot.aggregateId} ${snapshot.version}`)
        return save(snapshot, inner)
      })
  }))
  const name = `replica ${replicas++}`
  let sent = 0
  const send = (aggregateId: string, count = 1) =>
    Effect.forEach(Array.from({ length: count }), () =>
      handle({
        aggregateId,
        command: { id: `${name}-${sent++}`, amount: 1 },
        context: { limit: 100_000 },
        dryRun: false
      })).pipe(Effect.tap((outcomes) =>
        Effect.sync(() => {
          for (const { _tag } of outcomes) assert.strictEqual(_tag, "Applied")
        })
      ))
  return { send, saves }
})

/** Whatever can happen without time passing has happened. */
const settled = Effect.repeat(Effect.yieldNow, { times: 200 })
const pass = (seconds: number) =>
  Effect.repeat(Effect.andThen(TestClock.adjust("1 second"), settled), { times: seconds - 1 })
const versionOf = (aggregateId: string) =>
  Effect.flatMap(SnapshotStore, (store) =>
    Effect.map(
      store.latest(aggregateId),
      Option.match({ onNone: () => 0, onSome: ({ version }) => version })
    ))

it.effect("what nothing is appended to for a while is saved as it is then, once", () =>
  Effect.gen(function*() {
    const { saves, send } = yield* replica()
    yield* send("a", behindMin)
    yield* pass(2)
    assert.deepStrictEqual(saves, [], "it may be busy still")
    yield* pass(10)
    assert.deepStrictEqual(saves, [`a ${behindMin}`])
    yield* pass(60)
    assert.lengthOf(saves, 1)
    yield* send("a", behindMin + 1)
    yield* pass(10)
    assert.strictEqual(yield* versionOf("a"), 2 * behindMin + 1)
    assert.lengthOf(saves, 2)
  }).pipe(Effect.provide(memory)))

it.effect("what is busy is not saved before it falls quiet", () =>
  Effect.gen(function*() {
    const { saves, send } = yield* replica()
    for (let second = 0; second < 30; second++) {
      yield* send("a", 2)
      yield* pass(1)
    }
    assert.deepStrictEqual(saves, [])
    yield* pass(10)
    assert.deepStrictEqual(saves, ["a 60"])
  }).pipe(Effect.provide(memory)))

it.effect("a few events are worth no snapshot, quiet or evicted", () =>
  Effect.gen(function*() {
    const { saves, send } = yield* replica({ cacheCapacity: 1 })
    yield* send("a", behindMin - 1)
    yield* pass(30)
    yield* send("b")
    yield* settled
    assert.deepStrictEqual(saves, [])
  }).pipe(Effect.provide(memory)))

it.effect("what leaves the cache is saved, at once; what was only read is not", () =>
  Effect.gen(function*() {
    const one = yield* replica({ cacheCapacity: 1 })
    yield* one.send("a", behindMin)
    yield* one.send("b", 1)
    yield* settled
    assert.deepStrictEqual(one.saves, [`a ${behindMin}`])
    yield* one.send("b", behindMin - 1)
    const events = yield* EventStore
    const other = yield* Effect.provideService(replica({ cacheCapacity: 1 }), EventStore, {
      ...events,
      append: () => Effect.fail(new StoreError({ reason: new StoreUnavailable({ detail: "away" }) }))
    })
    yield* Effect.forkChild(Effect.exit(other.send("b")))
    yield* pass(10)
    yield* Effect.forkChild(Effect.exit(other.send("a")))
    yield* pass(30)
    assert.deepStrictEqual(other.saves, [])
  }).pipe(Effect.provide(memory)))

it.effect("of several replicas the one that appended last saves, and no other", () =>
  Effect.gen(function*() {
    const [one, two] = [yield* replica(), yield* replica()]
    yield* one.send("a", behindMin)
    yield* two.send("a")
    // Both meet an event of the other one, and are shown what is appended from then on.
    yield* one.send("a")
    yield* two.send("a")
    yield* settled
    yield* one.send("a", behindMin)
    yield* two.send("a")
    yield* pass(30)
    assert.deepStrictEqual([one.saves, two.saves], [[], [`a ${2 * behindMin + 4}`]])
  }).pipe(Effect.provide(memory)))

it.effect("many that fall quiet together are saved so many a second, one at a time, and all of them", () =>
  Effect.gen(function*() {
    let [underWay, most] = [0, 0]
    const { saves, send } = yield* replica({ cacheCapacity: 1_000 }, (snapshot, inner) =>
      Effect.gen(function*() {
        most = Math.max(most, ++underWay)
        yield* Effect.yieldNow
        yield* inner.save(snapshot)
        underWay--
      }))
    const many = Math.floor(3.5 * savesPerSecond)
    for (let n = 0; n < many; n++) yield* send(`a${n}`, behindMin)
    let before = 0
    for (let second = 0; second < 30; second++) {
      yield* pass(1)
      assert.isAtMost(saves.length - before, savesPerSecond)
      before = saves.length
    }
    assert.strictEqual(new Set(saves).size, many)
    assert.lengthOf(saves, many)
    assert.strictEqual(most, 1)
  }).pipe(Effect.provide(memory)))

it.effect("a load over more than the cache holds saves so many a second, few at a time", () =>
  Effect.gen(function*() {
    let [underWay, most] = [0, 0]
    const { saves, send } = yield* replica({ cacheCapacity: 1 }, (snapshot, inner) =>
      Effect.gen(function*() {
        most = Math.max(most, ++underWay)
        yield* Effect.yieldNow
        yield* inner.save(snapshot)
        underWay--
      }))
    for (let second = 1; second <= 3; second++) {
      for (let n = 0; n < 3 * savesPerSecond; n++) {
        yield* send(`a${second}-${n}`, behindMin)
        yield* Effect.repeat(Effect.yieldNow, { times: 10 })
      }
      assert.isAbove(saves.length, 0)
      assert.isAtMost(saves.length, second * savesPerSecond)
      yield* pass(1)
    }
    assert.isAtMost(most, 4)
  }).pipe(Effect.provide(memory)))

it.effect("a large state that leaves the cache is not kept in memory for a snapshot; one that is quiet is saved", () =>
  Effect.gen(function*() {
    const cacheSize = { max: 1_000 * evictedBytesMax, sizeOf: () => evictedBytesMax + 1 }
    const { saves, send } = yield* replica({ cacheCapacity: 1, cacheSize })
    yield* send("a", behindMin)
    yield* send("b", behindMin)
    yield* pass(10)
    assert.deepStrictEqual(saves, [`b ${behindMin}`])
  }).pipe(Effect.provide(memory)))

it.effect("a store that refuses or does not answer fails no command, holds none up, and is not pressed", () =>
  Effect.gen(function*() {
    const refusal = Effect.fail(new StoreError({ reason: new StoreUnavailable({ detail: "no leader" }) }))
    const refused = yield* replica({}, () => refusal)
    const silent = yield* replica({ cacheCapacity: 2 }, () => Effect.never)
    for (const [n, { saves, send }] of [refused, silent].entries()) {
      for (let k = 0; k < 10; k++) yield* send(`a${n}-${k}`, behindMin)
      yield* pass(60)
      for (let k = 0; k < 10; k++) yield* send(`a${n}-${k}`)
      yield* pass(60)
      assert.isAbove(saves.length, 0)
      assert.isAtMost(saves.length, 10)
    }
  }).pipe(Effect.provide(memory)))

it.effect("an older snapshot that is late does not replace a newer one", () =>
  Effect.gen(function*() {
    const gate = yield* Deferred.make<void>()
    const late = yield* replica({}, (snapshot, inner) => Effect.andThen(Deferred.await(gate), inner.save(snapshot)))
    const other = yield* replica()
    yield* late.send("a", behindMin)
    yield* pass(10)
    assert.lengthOf(late.saves, 1)
    yield* other.send("a", behindMin)
    yield* pass(10)
    assert.strictEqual(yield* versionOf("a"), 2 * behindMin)
    yield* Deferred.succeed(gate, undefined)
    yield* settled
    assert.strictEqual(yield* versionOf("a"), 2 * behindMin)
  }).pipe(Effect.provide(memory)))

it.effect("when the scope is closed nothing is saved any more", () =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const { saves, send } = yield* Effect.provideService(replica(), Scope.Scope, scope)
    yield* send("a", behindMin)
    yield* Scope.close(scope, Exit.void)
    yield* pass(60)
    assert.deepStrictEqual(saves, [])
  }).pipe(Effect.provide(memory)))
