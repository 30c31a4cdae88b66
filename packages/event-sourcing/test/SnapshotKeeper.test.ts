import { assert, it } from "@effect/vitest"
import { Effect, Exit, Layer, Logger, Scope } from "effect"
import { makeLoadRoom } from "../src/aggregate/LoadRoom.ts"
import { makeSnapshotKeeper } from "../src/aggregate/SnapshotKeeper.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { hotPort } from "../src/store/HotPort.ts"
import { type Snapshot, SnapshotStore } from "../src/store/SnapshotStore.ts"
import { StoreError, StoreUnavailable } from "../src/store/StoreError.ts"
import { tallyStates } from "./Tally.ts"

it.effect("wrong snapshots are replaced four at a time, and all of them", () =>
  Effect.gen(function*() {
    const store = yield* SnapshotStore
    let [underWay, most, replaced] = [0, 0, 0]
    const counting = SnapshotStore.of({
      ...store,
      forget: (id) =>
        Effect.andThen(
          Effect.sync(() => most = Math.max(most, ++underWay)),
          Effect.andThen(Effect.yieldNow, store.forget(id))
        ),
      save: (snapshot) =>
        Effect.andThen(
          Effect.andThen(Effect.yieldNow, store.save(snapshot)),
          Effect.sync(() => {
            underWay--
            replaced++
          })
        )
    })
    const { replace } = yield* Effect.provideService(
      makeSnapshotKeeper({ states: tallyStates }, yield* makeLoadRoom),
      SnapshotStore,
      counting
    )
    const whole = {
      state: { total: 1, version: 1, commands: {} },
      cursor: { version: 1, position: 1 },
      lastEventId: null
    }
    for (let n = 0; n < 20; n++) yield* replace(`wrong-${n}`, "it is damaged", whole)
    yield* Effect.repeat(Effect.yieldNow, { until: () => replaced === 20 })
    assert.strictEqual(most, 4)
  }).pipe(Effect.provide(Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory))))

const folded = (version: number) => ({
  state: { total: version, version, commands: {} },
  cursor: { version, position: version },
  lastEventId: null
})

/** A keeper over a store whose saves are answered when the test says so, and what is logged. */
const answeredLater = Effect.gen(function*() {
  const store = yield* SnapshotStore
  const asked: Array<{ readonly id: string; readonly answer: (exit: Exit.Exit<void, StoreError>) => void }> = []
  const makeKeeper = Effect.provideService(
    makeSnapshotKeeper({ states: tallyStates }, yield* makeLoadRoom),
    SnapshotStore,
    { ...store, save: hotPort<Snapshot, void>(({ aggregateId: id }, _, answer) => void asked.push({ id, answer })) }
  )
  return { asked, makeKeeper }
})

const said: Array<unknown> = []
const logger = Logger.layer([Logger.make(({ message }) => void said.push(message))])
const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory, logger)
const settled = Effect.repeat(Effect.yieldNow, { times: 20 })
const refused = Exit.fail(new StoreError({ reason: new StoreUnavailable({ detail: "no leader" }) }))

it.effect("what is due is saved four at a time, what comes meanwhile is not, and each end makes room for one", () =>
  Effect.gen(function*() {
    const { asked, makeKeeper } = yield* answeredLater
    const { save } = yield* makeKeeper
    for (let n = 0; n < 10; n++) save(`a${n}`, folded(1))
    yield* settled
    assert.deepStrictEqual(asked.map(({ id }) => id), ["a0", "a1", "a2", "a3"])
    asked[0]!.answer(Exit.void)
    asked[1]!.answer(refused)
    yield* settled
    for (let n = 0; n < 10; n++) save(`b${n}`, folded(1))
    yield* settled
    assert.deepStrictEqual(asked.slice(4).map(({ id }) => id), ["b0", "b1"])
  }).pipe(Effect.provide(memory)))

it.effect("whoever asks for a snapshot goes on before the text of its state is made", () =>
  Effect.gen(function*() {
    const { makeKeeper } = yield* answeredLater
    const { save } = yield* makeKeeper
    let isMade = false
    const state = Object.defineProperty({ ...folded(1).state }, "total", {
      enumerable: true,
      get: () => {
        isMade = true
        return 1
      }
    })
    save("a", { ...folded(1), state })
    assert.isFalse(isMade)
    yield* settled
    assert.isTrue(isMade)
  }).pipe(Effect.provide(memory)))

it.effect("a store that refuses, again and again, or a state without a text is logged once and takes no room", () =>
  Effect.gen(function*() {
    const { asked, makeKeeper } = yield* answeredLater
    const { save } = yield* makeKeeper
    said.length = 0
    const state = Object.defineProperty({ ...folded(1).state }, "total", {
      enumerable: true,
      get: () => {
        throw new Error("no text")
      }
    })
    for (let n = 0; n < 10; n++) {
      save(`a${n}`, n % 2 === 0 ? folded(1) : { ...folded(1), state })
      yield* settled
      if (n % 2 === 0) asked.at(-1)!.answer(refused)
    }
    yield* settled
    assert.lengthOf(asked, 5)
    assert.deepStrictEqual(said.flat(), ["snapshots cannot be saved"])
  }).pipe(Effect.provide(memory)))

it.effect("when the scope is closed what is due is not begun, and of what is under way nothing is said", () =>
  Effect.gen(function*() {
    const { asked, makeKeeper } = yield* answeredLater
    const scope = yield* Scope.make()
    const { save } = yield* Effect.provideService(makeKeeper, Scope.Scope, scope)
    said.length = 0
    save("a", folded(1))
    yield* settled
    save("b", folded(1))
    yield* Scope.close(scope, Exit.void)
    save("c", folded(1))
    asked[0]!.answer(refused)
    yield* settled
    assert.deepStrictEqual([asked.map(({ id }) => id), said], [["a"], []])
  }).pipe(Effect.provide(memory)))
