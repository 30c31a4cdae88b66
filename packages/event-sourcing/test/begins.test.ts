import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { makeSnapshotSweeper } from "../src/sweeper/SnapshotSweeper.ts"
import { forgetting } from "./ForgettingStore.ts"
import { tally, tallyOptions } from "./Tally.ts"

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)
const id = "aggregate"

/** A replica that takes any command for one that begins an aggregate, and what it asked the store for. */
const replica = Effect.gen(function*() {
  const store = yield* EventStore
  const asked: Array<string> = []
  const tell = (what: string) => Effect.sync(() => void asked.push(what))
  const { handle } = yield* makeCommandHandler({
    ...tallyOptions,
    decider: { ...tally, begins: () => true },
    maxDecisions: 8,
    timeout: "5 seconds"
  }).pipe(Effect.provideService(EventStore, {
    ...store,
    read: (...given) => Effect.andThen(tell("read"), store.read(...given)),
    append: (...given) => Effect.andThen(tell("append"), store.append(...given)),
    observe: (onEvent) => Effect.andThen(tell("observe"), store.observe(onEvent))
  }))
  const send = (name: string, amount = 1, { dryRun = false, limit = 10 } = {}) =>
    handle({ aggregateId: id, command: { id: name, amount }, context: { limit }, dryRun })
  return { asked, send }
})

const stored = Effect.flatMap(
  EventStore,
  (store) => Effect.map(store.read(id, Effect.succeed(start)), ({ events }) => events.map((event) => event.id))
)

it.effect("a command that begins an aggregate costs the append and nothing else", () =>
  Effect.gen(function*() {
    const { asked, send } = yield* replica
    assert.deepInclude(yield* send("a"), { _tag: "Applied", version: 1 })
    assert.deepStrictEqual(asked, ["append"])
  }).pipe(Effect.provide(memory)))

it.effect("one for an aggregate that has begun is decided on what is there, and nobody watches others because of it", () =>
  Effect.gen(function*() {
    const [first, second, third] = [yield* replica, yield* replica, yield* replica]
    yield* first.send("a", 6)
    yield* first.send("b", 2)
    assert.deepInclude(yield* second.send("a", 6), { _tag: "Duplicate", version: 2 })
    assert.deepInclude(yield* third.send("c", 5), { _tag: "Rejected", version: 2, rejection: "TooMuch" })
    assert.deepStrictEqual(yield* stored, ["a:0", "b:0"])
    assert.notInclude([...second.asked, ...third.asked], "observe")
  }).pipe(Effect.provide(memory)))

it.effect("what is not appended is confirmed by the store", () =>
  Effect.gen(function*() {
    const [empty, first] = [yield* replica, yield* replica]
    assert.deepInclude(yield* empty.send("a", 11), { _tag: "Rejected", version: 0 })
    assert.deepInclude(yield* empty.send("a", 1, { dryRun: true }), { _tag: "WouldApply", version: 1 })
    yield* first.send("a", 6)
    for (
      const [amount, dryRun, outcome] of [[0, false, "NoChange"], [5, false, "Rejected"], [
        1,
        true,
        "WouldApply"
      ]] as const
    ) {
      const { send } = yield* replica
      assert.deepInclude(yield* send("b", amount, { dryRun }), {
        _tag: outcome,
        version: outcome === "WouldApply" ? 2 : 1
      })
    }
    assert.deepStrictEqual(yield* stored, ["a:0"])
  }).pipe(Effect.provide(memory)))

it.effect("where the store has forgotten the events of an aggregate it has begun nevertheless", () =>
  Effect.gen(function*() {
    const { events, limit } = yield* forgetting
    yield* Effect.gen(function*() {
      const writer = yield* replica
      yield* writer.send("a", 6)
      limit.dueUpTo = 1
      yield* (yield* makeSnapshotSweeper(tallyOptions)).round
      limit.forgotten = 1
      const { send } = yield* replica
      assert.deepInclude(yield* send("b", 5), { _tag: "Rejected", version: 1, rejection: "TooMuch" })
      assert.deepInclude(yield* send("a", 6), { _tag: "Duplicate", version: 1 })
    }).pipe(Effect.provideService(EventStore, events))
    assert.deepStrictEqual(yield* stored, ["a:0"])
  }).pipe(Effect.provide(memory)))

it.effect("many that begin the same aggregate at once take effect once each, in some order, within its rules", () =>
  Effect.gen(function*() {
    const replicas = yield* Effect.all([replica, replica, replica])
    const outcomes = yield* Effect.forEach(
      Array.from({ length: 30 }, (_, n) => n),
      (n) => replicas[n % 3]!.send(`c${n % 15}`),
      { concurrency: "unbounded" }
    )
    const tags = outcomes.map(({ _tag }) => _tag).toSorted()
    const count = (tag: string) => tags.filter((each) => each === tag).length
    assert.strictEqual(count("Applied"), 10)
    assert.strictEqual((yield* stored).length, 10)
    assert.strictEqual(new Set(yield* stored).size, 10)
    assert.strictEqual(count("Applied") + count("Duplicate") + count("Rejected"), 30)
  }).pipe(Effect.provide(memory)))
