import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { makeCommandHandler } from "../src/handler/CommandHandler.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import {
  AppendUnconfirmed,
  CopyBeingStored,
  StoreError,
  StoreUnavailable,
  VersionConflict
} from "../src/store/StoreError.ts"
import { type Add, tallyOptions } from "./Tally.ts"

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)
const id = "aggregate"
const context = { limit: 1_000 }
const add = (commandId: string, amount: number): Add => ({ id: commandId, amount })

/** A replica: its own cache over the shared stores. */
const replica = Effect.gen(function*() {
  const handler = yield* makeCommandHandler({ ...tallyOptions, maxDecisions: 8, timeout: "5 seconds" })
  return (command: Add, options: { dryRun?: boolean; limit?: number } = {}) =>
    handler.handle({
      aggregateId: id,
      command,
      context: { limit: options.limit ?? context.limit },
      dryRun: options.dryRun ?? false
    })
})

const storedCommands = Effect.gen(function*() {
  const { events } = yield* (yield* EventStore).read(id, Effect.succeed(start))
  return events.map((event) => event.commandId)
})

type Fault = "unavailable" | "ack lost" | "request lost" | "conflict" | "id known" | "copy stored" | "copy lost"

const fail = (reason: StoreError["reason"]) => Effect.fail(new StoreError({ reason }))
const unavailable = fail(new StoreUnavailable({ detail: "no leader" }))
const unconfirmed = fail(new AppendUnconfirmed({ aggregateIds: [id], detail: "timeout", alreadySeen: false }))

const copied = fail(new CopyBeingStored({ aggregateIds: [id] }))
const idKnown = fail(new AppendUnconfirmed({ aggregateIds: [id], detail: "stored before", alreadySeen: true }))

/** The memory store, whose appends meet these faults, one each, before all is well. */
const faulty = (faults: Array<Fault>) =>
  Layer.effect(
    EventStore,
    Effect.map(EventStore, (store) =>
      EventStore.of({
        ...store,
        append: (parts) => {
          switch (faults.shift()) {
            case "unavailable":
              return unavailable
            case "request lost":
              return unconfirmed
            case "ack lost":
              return Effect.andThen(store.append(parts), unconfirmed)
            case "id known":
              return idKnown
            case "copy stored":
              return Effect.andThen(store.append(parts), copied)
            case "copy lost":
              return copied
            case "conflict":
              return fail(new VersionConflict({ aggregateIds: [parts[0].aggregateId] }))
            case undefined:
              return store.append(parts)
          }
        }
      }))
  ).pipe(Layer.provide(EventStore.layerMemory), Layer.merge(SnapshotStore.layerMemory))

it.effect("an accepted command is stored and answered with its events", () =>
  Effect.gen(function*() {
    const send = yield* replica
    assert.deepStrictEqual(yield* send(add("a", 5)), {
      _tag: "Applied",
      version: 1,
      events: [{ id: "a:0", type: "Added", version: 1, position: 1 }]
    })
    assert.deepStrictEqual(yield* storedCommands, ["a"])
  }).pipe(Effect.provide(memory)))

it.effect("rejections, no-ops and duplicates store nothing", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const first = yield* send(add("a", 5))
    assert.deepStrictEqual(yield* send(add("b", 0)), { _tag: "NoChange", version: 1 })
    assert.deepStrictEqual(yield* send(add("c", 6), { limit: 10 }), {
      _tag: "Rejected",
      version: 1,
      rejection: "TooMuch"
    })
    assert.deepStrictEqual(yield* send(add("a", 5)), { ...first, _tag: "Duplicate" })
    assert.deepStrictEqual(yield* storedCommands, ["a"])
  }).pipe(Effect.provide(memory)))

it.effect("a dry run decides and stores nothing", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const outcome = yield* send(add("a", 5), { dryRun: true })
    assert.deepStrictEqual(outcome, {
      _tag: "WouldApply",
      version: 1,
      events: [{ id: "a:0", type: "Added", version: 1, position: 0 }]
    })
    assert.deepStrictEqual(yield* storedCommands, [])
  }).pipe(Effect.provide(memory)))

it.effect("a replica with an old cache decides again on what the others stored", () =>
  Effect.gen(function*() {
    const [one, two] = [yield* replica, yield* replica]
    yield* one(add("a", 5))
    yield* two(add("b", 6))
    const outcome = yield* one(add("c", 7))
    assert.deepInclude(outcome, { _tag: "Applied", version: 3 })
    assert.deepStrictEqual(yield* storedCommands, ["a", "b", "c"])
  }).pipe(Effect.provide(memory)))

it.effect("an answer without an append is never given on an old cache", () =>
  Effect.gen(function*() {
    const [one, two] = [yield* replica, yield* replica]
    yield* one(add("a", 9))
    yield* two(add("b", -9))
    assert.deepInclude(yield* one(add("c", 8), { limit: 10 }), { _tag: "Applied", version: 3 })
    yield* two(add("d", 2), { limit: 10 })
    assert.deepInclude(yield* one(add("d", 2)), { _tag: "Duplicate", version: 4 })
  }).pipe(Effect.provide(memory)))

it.effect("one command id through three replicas at once has one effect and one answer", () =>
  Effect.gen(function*() {
    const replicas = [yield* replica, yield* replica, yield* replica]
    const outcomes = yield* Effect.forEach(replicas, (send) => send(add("a", 5)), { concurrency: "unbounded" })
    assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag).toSorted(), ["Applied", "Duplicate", "Duplicate"])
    for (const outcome of outcomes) {
      assert.deepStrictEqual("events" in outcome && outcome.events, [{
        id: "a:0",
        type: "Added",
        version: 1,
        position: 1
      }])
    }
    assert.deepStrictEqual(yield* storedCommands, ["a"])
  }).pipe(Effect.provide(memory)))

it.effect("many commands on one aggregate through three replicas are all stored, once", () =>
  Effect.gen(function*() {
    const replicas = [yield* replica, yield* replica, yield* replica]
    const commands = Array.from({ length: 90 }, (_, n) => add(`c${n}`, 1))
    const running = yield* Effect.forkChild(Effect.forEach(
      commands,
      (command, n) => replicas[n % 3]!(command, { limit: 60 }),
      { concurrency: 30 }
    ))
    while (running.pollUnsafe() === undefined) yield* TestClock.adjust("100 millis")
    const outcomes = yield* Fiber.join(running)
    const applied = commands.filter((_, n) => outcomes[n]!._tag === "Applied").map((command) => command.id)
    assert.strictEqual(applied.length, 60)
    const stored = yield* storedCommands
    assert.strictEqual(stored.length, 60)
    assert.deepStrictEqual(new Set(stored), new Set<string | null>(applied))
  }).pipe(Effect.provide(memory)))

for (const fault of ["ack lost", "request lost"] as const) {
  it.effect(`${fault}: looked up before anything is said, applied once`, () =>
    Effect.gen(function*() {
      const send = yield* replica
      assert.deepStrictEqual(yield* send(add("a", 5)), {
        _tag: "Applied",
        version: 1,
        events: [{ id: "a:0", type: "Added", version: 1, position: 1 }]
      })
      assert.deepStrictEqual(yield* storedCommands, ["a"])
    }).pipe(Effect.provide(faulty([fault]))))
}

for (const faults of [["copy stored"], ["copy lost", "copy stored"], ["request lost", "copy stored"]] as const) {
  it.effect(`${faults.join(", then ")}: what is stored is the copy's, and the command its duplicate`, () =>
    Effect.gen(function*() {
      const send = yield* replica
      const running = yield* Effect.forkChild(send(add("a", 5)))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(running), {
        _tag: "Duplicate",
        version: 1,
        events: [{ id: "a:0", type: "Added", version: 1, position: 1 }]
      })
      assert.deepStrictEqual(yield* storedCommands, ["a"])
    }).pipe(Effect.provide(faulty([...faults]))))
}

it.effect("a copy that is not stored after all leaves the effect to the command", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(send(add("a", 5)))
    yield* TestClock.adjust("1 second")
    assert.deepInclude(yield* Fiber.join(running), { _tag: "Applied", version: 1 })
    assert.deepStrictEqual(yield* storedCommands, ["a"])
  }).pipe(Effect.provide(faulty(["copy lost"]))))

it.effect("a copy that may be stored is never reported as a lost race, which is a definite no", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(Effect.flip(send(add("a", 5))))
    yield* TestClock.adjust("4 seconds")
    assert.strictEqual((yield* Fiber.join(running))._tag, "StoreError")
  }).pipe(
    Effect.provide(faulty(Array.from({ length: 100 }, (_, n): Fault => n % 8 === 0 ? "copy lost" : "conflict")))
  ))

it.effect("while the store is away the command waits", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(send(add("a", 5)))
    yield* TestClock.adjust("1 second")
    assert.deepInclude(yield* Fiber.join(running), { _tag: "Applied", version: 1 })
  }).pipe(Effect.provide(faulty(["unavailable", "unavailable", "unavailable"]))))

it.effect("a store that stays away is reported at the timeout, as retryable", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(Effect.flip(send(add("a", 5))))
    yield* TestClock.adjust("5 seconds")
    const error = yield* Fiber.join(running)
    assert.isTrue(error._tag === "StoreError" && error.isRetryable)
    assert.deepStrictEqual(yield* storedCommands, [])
  }).pipe(Effect.provide(faulty(Array.from({ length: 1_000 }, () => "unavailable")))))

it.effect("conflicts are bounded", () =>
  Effect.gen(function*() {
    const faults = Array.from({ length: 100 }, (): Fault => "conflict")
    yield* Effect.gen(function*() {
      const send = yield* replica
      const running = yield* Effect.forkChild(Effect.flip(send(add("a", 5))))
      yield* TestClock.adjust("4 seconds")
      assert.deepInclude(yield* Fiber.join(running), { _tag: "ConcurrencyExhausted", attempts: 8 })
    }).pipe(Effect.provide(faulty(faults)))
    assert.strictEqual(faults.length, 92)
  }))

it.effect("an append that stays unconfirmed is never reported as a conflict", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(Effect.flip(send(add("a", 5))))
    yield* TestClock.adjust("4 seconds")
    const error = yield* Fiber.join(running)
    assert.strictEqual(error._tag === "StoreError" && error.reason._tag, "AppendUnconfirmed")
  }).pipe(Effect.provide(faulty(Array.from({ length: 100 }, () => "request lost")))))

it.effect("an event id that belongs to somebody else ends in a definite no", () =>
  Effect.gen(function*() {
    const send = yield* replica
    const running = yield* Effect.forkChild(Effect.flip(send(add("a", 5))))
    yield* TestClock.adjust("4 seconds")
    const error = yield* Fiber.join(running)
    assert.strictEqual(error._tag === "StoreError" && error.reason._tag, "EventIdTaken")
    assert.deepStrictEqual(yield* storedCommands, [])
  }).pipe(Effect.provide(faulty(Array.from({ length: 100 }, () => "id known")))))
