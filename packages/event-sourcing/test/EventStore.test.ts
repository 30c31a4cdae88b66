import { assert, it } from "@effect/vitest"
import { Array as Arr, Effect } from "effect"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { makePart } from "../src/testing/assertPartsStored.ts"
import { appendOneByOne, eventStoreContract, makeAggregateId } from "../src/testing/eventStoreContract.ts"

eventStoreContract("memory", EventStore.layerMemory)

it.effect("the memory store says which aggregates of an append have moved on", () =>
  Effect.gen(function*() {
    const store = yield* EventStore
    const ids = Arr.makeBy(4, makeAggregateId)
    const moved = [ids[1]!, ids[3]!]
    yield* Effect.forEach(moved, (id) => appendOneByOne(id, 1))
    const error = yield* Effect.flip(store.append(Arr.map(ids, (id) => makePart(id, start))))
    assert.deepInclude(error.reason, { _tag: "VersionConflict", aggregateIds: moved })
    assert.strictEqual(error.message, `one of ${moved.join(", ")} has moved on`)
  }).pipe(Effect.provide(EventStore.layerMemory)))
