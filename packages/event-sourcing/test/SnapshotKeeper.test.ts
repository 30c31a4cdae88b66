import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { makeLoadRoom } from "../src/aggregate/LoadRoom.ts"
import { makeSnapshotKeeper } from "../src/aggregate/SnapshotKeeper.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
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
