import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { makeCommandHandler, type Outcome } from "../src/handler/CommandHandler.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { AppendUnconfirmed, EventTooLarge, StoreError, StoreFull, VersionConflict } from "../src/store/StoreError.ts"
import { type Add, tally, tallyOptions } from "./Tally.ts"

const id = "aggregate"
const add = (commandId: string, amount: number): Add => ({ id: commandId, amount })

type Append = (typeof EventStore.Service)["append"]

/**
 * A memory store whose first append waits until it is told to go on, so that what comes meanwhile is a group; `appends` are the
 * numbers of events of all appends that got so far, and `meddle` may stand in for those after the first.
 */
const gated = (meddle: (append: Append, count: number) => Append = (append) => append, decider = tally) =>
  Effect.gen(function*() {
    const store = yield* EventStore
    const gate = yield* Deferred.make<void>()
    const appends: Array<number> = []
    const append: Append = (parts) => {
      appends.push(parts[0].events.length)
      const count = appends.length - 1
      return count === 0
        ? Effect.andThen(Deferred.await(gate), store.append(parts))
        : meddle(store.append, count)(parts)
    }
    const handler = yield* makeCommandHandler({ ...tallyOptions, decider, maxDecisions: 8, timeout: "5 seconds" }).pipe(
      Effect.provideService(EventStore, EventStore.of({ ...store, append }))
    )
    const send = (command: Add, options: { readonly dryRun?: boolean; readonly limit?: number } = {}) =>
      Effect.forkChild(
        Effect.result(handler.handle({
          aggregateId: id,
          command,
          context: { limit: options.limit ?? 1_000 },
          dryRun: options.dryRun ?? false
        })),
        { startImmediately: true }
      )
    return { appends, send, open: Deferred.succeed(gate, undefined) }
  })

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)

const stored = Effect.gen(function*() {
  const { events } = yield* (yield* EventStore).read(id, Effect.succeed(start))
  return events.map((event) => event.commandId)
})

/** Sends them while the append of the first is held up; gives what became of each, in order. */
const sendAll = Effect.fnUntraced(function*(
  { open, send }: Effect.Success<ReturnType<typeof gated>>,
  commands: ReadonlyArray<readonly [Add, { readonly dryRun?: boolean; readonly limit?: number }?]>
) {
  const fibers = yield* Effect.forEach(commands, ([command, options]) => send(command, options))
  yield* open
  const all = yield* Effect.forkChild(Effect.forEach(fibers, Fiber.join))
  while (all.pollUnsafe() === undefined) yield* TestClock.adjust("10 millis")
  return yield* Fiber.join(all)
})

const outcomesOf = (results: Effect.Success<ReturnType<typeof sendAll>>): ReadonlyArray<Outcome<"TooMuch">> =>
  results.map((result) => {
    if (result._tag === "Failure") throw result.failure
    return result.success
  })

const fail = (reason: StoreError["reason"]) => Effect.fail(new StoreError({ reason }))
const unconfirmed = (alreadySeen: boolean) =>
  fail(new AppendUnconfirmed({ aggregateIds: [id], detail: "", alreadySeen }))

const several = [[add("a", 1)], [add("b", 2)], [add("c", 3)], [add("d", 4)]] as const

describe("commands of one aggregate that wait together", () => {
  it.effect("are stored by one append, and each is answered with its own events", () =>
    Effect.gen(function*() {
      const stage = yield* gated()
      const outcomes = outcomesOf(yield* sendAll(stage, several))
      assert.deepStrictEqual(stage.appends, [1, 3])
      assert.deepStrictEqual(
        outcomes,
        several.map(([{ id: commandId }], n) => ({
          _tag: "Applied",
          version: n + 1,
          events: [{ id: `${commandId}:0`, type: "Added", version: n + 1, position: n + 1 }]
        }))
      )
      assert.deepStrictEqual(yield* stored, ["a", "b", "c", "d"])
    }).pipe(Effect.provide(memory)))

  it.effect("are decided on what those before them come to", () =>
    Effect.gen(function*() {
      const stage = yield* gated()
      const limit = { limit: 10 }
      const outcomes = outcomesOf(
        yield* sendAll(stage, [
          [add("a", 1)],
          [add("b", 9), limit],
          [add("c", 1), limit],
          [add("d", 0)],
          [add("e", -5), { dryRun: true }],
          [add("f", -1)],
          [add("g", 1), limit]
        ])
      )
      assert.deepStrictEqual(outcomes.map((outcome) => [outcome._tag, outcome.version]), [
        ["Applied", 1],
        ["Applied", 2],
        ["Rejected", 2],
        ["NoChange", 2],
        ["WouldApply", 3],
        ["Applied", 3],
        ["Applied", 4]
      ])
      assert.deepStrictEqual(yield* stored, ["a", "b", "f", "g"])
    }).pipe(Effect.provide(memory)))

  it.effect("keep their order when one needs what another stores", () =>
    Effect.gen(function*() {
      const stage = yield* gated()
      const limit = { limit: 10 }
      const outcomes = outcomesOf(
        yield* sendAll(stage, [[add("a", 10)], [add("b", -5), limit], [add("c", 5), limit], [add("d", -1), limit]])
      )
      assert.deepStrictEqual(outcomes.map((outcome) => [outcome._tag, outcome.version]), [
        ["Applied", 1],
        ["Applied", 2],
        ["Applied", 3],
        ["Applied", 4]
      ])
      assert.deepStrictEqual(yield* stored, ["a", "b", "c", "d"])
    }).pipe(Effect.provide(memory)))

  it.effect("take effect once when one is there several times, and say where", () =>
    Effect.gen(function*() {
      const stage = yield* gated()
      const outcomes = outcomesOf(
        yield* sendAll(stage, [[add("a", 1)], [add("b", 2)], [add("b", 2)], [add("a", 1)], [add("b", 2)]])
      )
      const b = [{ id: "b:0", type: "Added", version: 2, position: 2 }]
      assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), [
        "Applied",
        "Applied",
        "Duplicate",
        "Duplicate",
        "Duplicate"
      ])
      for (const n of [1, 2, 4]) assert.deepStrictEqual("events" in outcomes[n]! && outcomes[n].events, b)
      assert.deepStrictEqual(yield* stored, ["a", "b"])
    }).pipe(Effect.provide(memory)))

  it.effect.prop(
    "come to what they would come to one after the other",
    [Schema.Array(
      Schema.Tuple([
        Schema.Literals(["a", "b", "c", "d", "e"]),
        Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 6 })),
        Schema.Boolean
      ])
    )],
    ([commands]) =>
      Effect.gen(function*() {
        const stage = yield* gated()
        const all = [["first", 1, false] as const, ...commands]
        const outcomes = outcomesOf(
          yield* sendAll(
            stage,
            all.map(([name, amount, dryRun]) => [add(name, amount), { dryRun, limit: 12 }] as const)
          )
        )
        let state = tally.initial(id)
        for (const [n, [name, amount, dryRun]] of all.entries()) {
          const decision = tally.decide(state, add(name, amount), { limit: 12 })
          const accepted = decision._tag === "Accepted"
          assert.strictEqual(outcomes[n]!._tag, accepted ? dryRun ? "WouldApply" : "Applied" : decision._tag)
          if (!accepted || dryRun) continue
          for (const event of decision.events) state = tally.evolve(state, event, state.version + 1)
        }
        assert.strictEqual((yield* stored).length, state.version)
      }).pipe(Effect.provide(memory, { local: true }))
  )

  const faults: Readonly<Record<string, (append: Append, count: number) => Append>> = {
    "whose acknowledgement is lost": (append, count) => (...args) =>
      count === 1 ? Effect.andThen(append(...args), unconfirmed(false)) : append(...args),
    "whose append is lost": (append, count) => (...args) => count === 1 ? unconfirmed(false) : append(...args),
    "that met a conflict": (append, count) => (...args) =>
      count === 1 ? fail(new VersionConflict({ aggregateIds: [id] })) : append(...args)
  }
  for (const [name, meddle] of Object.entries(faults)) {
    it.effect(`${name} are all applied, once`, () =>
      Effect.gen(function*() {
        const outcomes = outcomesOf(yield* sendAll(yield* gated(meddle), several))
        assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), several.map(() => "Applied"))
        assert.deepStrictEqual(yield* stored, ["a", "b", "c", "d"])
      }).pipe(Effect.provide(memory)))
  }

  it.effect("whose acknowledgement is lost keep their order: who was refused is not let in after who was stored", () =>
    Effect.gen(function*() {
      const stage = yield* gated(faults["whose acknowledgement is lost"])
      const limit = { limit: 10 }
      const outcomes = outcomesOf(yield* sendAll(stage, [[add("a", 10)], [add("b", 5), limit], [add("c", -5), limit]]))
      assert.deepStrictEqual(outcomes.map((outcome) => [outcome._tag, outcome.version]), [
        ["Applied", 1],
        ["Rejected", 1],
        ["Applied", 2]
      ])
      assert.deepStrictEqual(yield* stored, ["a", "c"])
    }).pipe(Effect.provide(memory)))

  it.effect("are told that they may be stored when the store fails after an append without an answer, and only then", () =>
    Effect.gen(function*() {
      const full = fail(new StoreFull({ detail: "no room" }))
      const results = yield* sendAll(
        yield* gated((append, count) => (...args) =>
          count === 1 ? unconfirmed(false) : count === 2 ? full : append(...args)
        ),
        [[add("a", 1)], [add("b", 1)]]
      )
      const refused = yield* sendAll(yield* gated(() => () => full), [[add("c", 1)], [add("d", 1)]])
      const mayBeStored = [...results, ...refused].map((result) =>
        result._tag === "Failure" && result.failure._tag === "StoreError" && result.failure.mayBeStored === true
      )
      assert.deepStrictEqual(mayBeStored, [false, true, false, false])
    }).pipe(Effect.provide(memory)))

  it.effect("share an append of at most 1 MiB", () =>
    Effect.gen(function*() {
      const text = "é".repeat(150_000)
      const stage = yield* gated()
      const outcomes = outcomesOf(
        yield* sendAll(stage, Array.from({ length: 8 }, (_, n) => [add(`${n}${n === 0 ? "" : text}`, 1)] as const))
      )
      assert.isTrue(outcomes.every(({ _tag }) => _tag === "Applied"))
      assert.deepStrictEqual(stage.appends, [1, 3, 3, 1])
    }).pipe(Effect.provide(memory)))

  it.effect("do not suffer for one of them that the store refuses", () =>
    Effect.gen(function*() {
      const tooLarge = fail(new EventTooLarge({ maxBytes: 1, actualBytes: 2 }))
      const results = yield* sendAll(
        yield* gated((append) => (parts) =>
          parts[0].events.some((event) => event.cause.commandId === "c") ? tooLarge : append(parts)
        ),
        several
      )
      assert.deepStrictEqual(results.map((result) => result._tag), ["Success", "Success", "Failure", "Success"])
      assert.deepStrictEqual(yield* stored, ["a", "b", "d"])
    }).pipe(Effect.provide(memory)))

  it.effect("do not suffer for one of them whose event id is somebody else's", () =>
    Effect.gen(function*() {
      const results = yield* sendAll(
        yield* gated((append) => (parts) =>
          parts[0].events.some((event) => event.id === "b:0") ? unconfirmed(true) : append(parts)
        ),
        several
      )
      assert.deepStrictEqual(results.map((result) => result._tag), ["Success", "Failure", "Success", "Success"])
      const [, second] = results
      assert.strictEqual(
        second?._tag === "Failure" && second.failure._tag === "StoreError" && second.failure.reason._tag,
        "EventIdTaken"
      )
      assert.deepStrictEqual(yield* stored, ["a", "c", "d"])
    }).pipe(Effect.provide(memory)))

  it.effect("do not suffer for one of them that the domain throws at", () =>
    Effect.gen(function*() {
      const decide: typeof tally.decide = (state, command, context) => {
        if (command.id === "c") throw new Error("a mistake in the domain")
        return tally.decide(state, command, context)
      }
      const { open, send } = yield* gated(undefined, { ...tally, decide })
      const fibers = yield* Effect.forEach(several, ([command]) => send(command))
      yield* open
      const ends = yield* Effect.forEach(fibers, Fiber.await)
      assert.deepStrictEqual(ends.map(({ _tag }) => _tag), ["Success", "Success", "Failure", "Success"])
      assert.deepStrictEqual(yield* stored, ["a", "b", "d"])
    }).pipe(Effect.provide(memory)))

  it.effect("may be stored, and are told so, when the domain throws at what was stored", () =>
    Effect.gen(function*() {
      const evolve: typeof tally.evolve = (state, event, position) => {
        if (position > 0) throw new Error("a mistake in the domain")
        return tally.evolve(state, event, position)
      }
      const { open, send } = yield* gated(undefined, { ...tally, evolve })
      const fiber = yield* send(add("a", 1))
      yield* open
      const result = yield* Fiber.join(fiber)
      assert.isTrue(
        result._tag === "Failure" && result.failure._tag === "StoreError" && result.failure.mayBeStored === true
      )
      assert.deepStrictEqual(yield* stored, ["a"])
    }).pipe(Effect.provide(memory)))

  it.effect("are left out when their requester is gone before their turn", () =>
    Effect.gen(function*() {
      const { open, send } = yield* gated()
      const [first, second, third] = yield* Effect.forEach(["a", "b", "c"], (name) => send(add(name, 1)))
      yield* Fiber.interrupt(second!)
      yield* open
      yield* Fiber.joinAll([first!, third!])
      assert.deepStrictEqual(yield* stored, ["a", "c"])
    }).pipe(Effect.provide(memory)))

  it.effect("are answered at the deadline, and the line moves on when nobody waits for the append any more", () =>
    Effect.gen(function*() {
      const { send } = yield* gated()
      const stuck = yield* Effect.forEach(["a", "b", "c"], (name) => send(add(name, 1)))
      yield* TestClock.adjust("5 seconds")
      for (const result of yield* Effect.forEach(stuck, Fiber.join)) {
        assert.isTrue(result._tag === "Failure" && result.failure._tag === "StoreError" && result.failure.isRetryable)
      }
      const next = yield* Fiber.join(yield* send(add("d", 1)))
      assert.strictEqual(next._tag, "Success")
      assert.deepStrictEqual(yield* stored, ["d"])
    }).pipe(Effect.provide(memory)))

  it.effect("are each answered at their own deadline", () =>
    Effect.gen(function*() {
      const { send } = yield* gated(() => () => Effect.never)
      const early = yield* send(add("a", 1))
      yield* TestClock.adjust("3 seconds")
      const late = yield* send(add("b", 1))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* Fiber.join(early))._tag, "Failure")
      assert.isUndefined(late.pollUnsafe())
      yield* TestClock.adjust("3 seconds")
      assert.isDefined(late.pollUnsafe())
    }).pipe(Effect.provide(memory)))

  it.effect("wait for those before them and for nobody else", () =>
    Effect.gen(function*() {
      const stage = yield* gated()
      const fibers = yield* Effect.forEach(Array.from({ length: 150 }), (_, n) => stage.send(add(`c${n}`, 1)))
      yield* stage.open
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(stage.appends, [1, 64, 64, 21])
      assert.strictEqual((yield* stored).length, 150)
    }).pipe(Effect.provide(memory)))

  it.effect("whose requesters leave at random moments never hold up the others", () =>
    Effect.gen(function*() {
      const slow = Effect.gen(function*() {
        const store = yield* EventStore
        return EventStore.of({
          ...store,
          append: (...args) => Effect.andThen(Effect.andThen(Effect.yieldNow, Effect.yieldNow), store.append(...args))
        })
      })
      const handler = yield* Effect.provideServiceEffect(
        makeCommandHandler({ ...tallyOptions, maxDecisions: 8, timeout: "5 seconds" }),
        EventStore,
        slow
      )
      const send = (command: Add) =>
        handler.handle({ aggregateId: id, command, context: { limit: 10_000 }, dryRun: false })
      for (let round = 0; round < 200; round++) {
        const fibers = yield* Effect.forEach(
          Array.from({ length: 6 }),
          (_, n) => Effect.forkChild(send(add(`${round}.${n}`, 1)), { startImmediately: true })
        )
        for (let step = 0; step < round % 9; step++) yield* Effect.yieldNow
        for (const [n, fiber] of fibers.entries()) if ((round >> n) % 2 === 0) yield* Fiber.interrupt(fiber)
        const ends = yield* Effect.forEach(fibers, Fiber.await)
        const present = new Set(yield* stored)
        for (const [n, end] of ends.entries()) {
          if (end._tag === "Success") assert.isTrue(present.has(`${round}.${n}`))
          else assert.strictEqual((round >> n) % 2, 0)
        }
        assert.strictEqual((yield* send(add(`${round}.last`, 1)))._tag, "Applied")
      }
    }).pipe(Effect.provide(memory)))
})
