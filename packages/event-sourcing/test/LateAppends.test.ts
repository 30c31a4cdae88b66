import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { AppendUnconfirmed, StoreError } from "../src/store/StoreError.ts"
import { tallyOptions } from "./Tally.ts"

const id = "aggregate"
const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)

const unanswered = Effect.fail(
  new StoreError({ reason: new AppendUnconfirmed({ aggregateIds: [id], detail: "no answer", alreadySeen: false }) })
)

/**
 * `b` is accepted only after `a`, and both wait while `first` is stored. What they append next is not answered before `answer`, and
 * arrives with `land`, if it still may.
 */
const makeStage = Effect.gen(function*() {
  const store = yield* EventStore
  const gate = yield* Deferred.make<void>()
  const answer = yield* Deferred.make<void>()
  let land: Effect.Effect<unknown, StoreError> = Effect.void
  let count = 0
  const late = EventStore.of({
    ...store,
    append: (parts) => {
      const append = store.append(parts)
      count += 1
      if (count === 1) return Effect.andThen(Deferred.await(gate), append)
      if (count > 2) return append
      land = append
      return Effect.andThen(Deferred.await(answer), unanswered)
    }
  })
  const handler = yield* Effect.provideService(
    makeCommandHandler({ ...tallyOptions, maxDecisions: 8, timeout: "5 seconds" }),
    EventStore,
    late
  )
  const send = (name: string, amount: number) =>
    Effect.forkChild(
      Effect.result(
        handler.handle({
          aggregateId: id,
          command: { id: name, amount },
          context: { limit: 10 },
          dryRun: false
        })
      ),
      { startImmediately: true }
    )
  const first = yield* send("first", 10)
  const a = yield* send("a", -5)
  yield* TestClock.adjust("4 seconds")
  const b = yield* send("b", 5)
  yield* Deferred.succeed(gate, undefined)
  yield* Fiber.join(first)
  yield* Effect.yieldNow
  const stored = Effect.map(
    store.read(id, Effect.succeed(start)),
    ({ events }) => events.map((event) => event.commandId)
  )
  return {
    a,
    b,
    send,
    answer: Deferred.succeed(answer, undefined),
    land: Effect.suspend(() => Effect.ignore(land)),
    stored
  }
})

describe("a command that was appended together with one before it, late and without an answer", () => {
  it.effect("is not refused and stored afterwards, when the one before it is over", () =>
    Effect.gen(function*() {
      const { a, answer, b, land, stored } = yield* makeStage
      yield* TestClock.adjust("1500 millis")
      yield* Fiber.join(a)
      yield* answer
      const told = yield* Fiber.join(b)
      yield* land
      assert.isTrue(told._tag === "Success" && told.success._tag === "Rejected")
      assert.notInclude(yield* stored, "b")
    }).pipe(Effect.provide(memory)))

  it.effect("is not refused when it is sent again, and stored afterwards", () =>
    Effect.gen(function*() {
      const { b, land, send, stored } = yield* makeStage
      yield* TestClock.adjust("6 seconds")
      yield* Fiber.join(b)
      const again = yield* send("b", 5)
      yield* TestClock.adjust("1 second")
      const told = yield* Fiber.join(again)
      yield* land
      assert.isTrue(told._tag === "Success" && told.success._tag === "Rejected")
      assert.notInclude(yield* stored, "b")
    }).pipe(Effect.provide(memory)))
})
