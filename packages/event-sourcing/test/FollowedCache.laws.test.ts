import { assert, it } from "@effect/vitest"
import { Arbitrary, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { makeCommandHandler, type Outcome } from "../src/handler/CommandHandler.ts"
import { type RecordedEvent, start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import { interleaved } from "./Interleaving.ts"
import { type Added, tallyEvents, tallyOptions } from "./Tally.ts"

const replicas = 3
const aggregates = ["left", "right"] as const
const limit = 40

const replica = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: replicas - 1 }))

/** A command to one replica, or something that one replica is told, or not. */
const Step = Schema.Union([
  Schema.Struct({
    _tag: Schema.tag("send"),
    replica,
    aggregateId: Schema.Literals(aggregates),
    amount: Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 9 })),
    // Few ids, so that some commands are sent again, also to another replica.
    commandId: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))
  }),
  Schema.Struct({ _tag: Schema.Literals(["answer", "answer", "lose", "show", "show", "miss"]), replica })
])
type Step = typeof Step.Type

const steps = Arbitrary.schema(Schema.Array(Step).check(Schema.isMaxLength(80)))

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)

/** Lets every fiber go as far as it can. */
const settle = Effect.forEach(Array.from({ length: 30 }), () => Effect.yieldNow, { discard: true })

const amountsOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<Added> => events.map(tallyEvents.decode)
const totalOf = (events: ReadonlyArray<RecordedEvent>) => amountsOf(events).reduce((sum, { amount }) => sum + amount, 0)

/** Whether an answer is true of a history, and of what was in it when the command was sent. */
const assertTrue = (
  { amount, id }: { readonly amount: number; readonly id: string },
  outcome: Outcome<"TooMuch">,
  history: ReadonlyArray<RecordedEvent>,
  versionBefore: number
) => {
  const { version } = outcome
  assert.isAtMost(version, history.length)
  assert.isAtLeast(version, versionBefore)
  const isKnown = (events: ReadonlyArray<RecordedEvent>) => events.some(({ commandId }) => commandId === id)
  switch (outcome._tag) {
    case "Applied":
    case "Duplicate":
      for (const { id: eventId, position, version: at } of outcome.events) {
        assert.deepInclude(history[at - 1], { id: eventId, position, commandId: id })
      }
      assert.strictEqual(outcome.events.length, 1)
      break
    case "Rejected":
      assert.isAbove(totalOf(history.slice(0, version)) + amount, limit)
      assert.isFalse(isKnown(history.slice(0, version)))
      break
    case "NoChange":
      assert.strictEqual(amount, 0)
      assert.isFalse(isKnown(history.slice(0, version)))
      break
    case "WouldApply":
      assert.fail("nothing was a dry run")
  }
}

/** Replicas on one store, and the commands that were sent to them. */
const makeReplicas = Effect.gen(function*() {
  const store = yield* EventStore
  const views = yield* Effect.replicateEffect(interleaved, replicas)
  const handlers = yield* Effect.forEach(
    views,
    ({ events }) =>
      makeCommandHandler({ ...tallyOptions, cacheCapacity: 2, snapshotEvery: 5, maxDecisions: 50, timeout: "1 hour" })
        .pipe(Effect.provideService(EventStore, events))
  )
  const historyOf = (aggregateId: string) =>
    Effect.map(store.read(aggregateId, Effect.succeed(start)), ({ events }) => events)
  const send = Effect.fnUntraced(function*(index: number, aggregateId: string, id: string, amount: number) {
    const versionBefore = (yield* historyOf(aggregateId)).length
    const command = { id, amount }
    const outcome = yield* handlers[index]!.handle({ aggregateId, command, context: { limit }, dryRun: false })
    return { aggregateId, command, outcome, versionBefore }
  })
  const running: Array<Fiber.Fiber<Effect.Success<ReturnType<typeof send>>, unknown>> = []
  return {
    views,
    historyOf,
    begin: Effect.fnUntraced(function*(...[index, aggregateId, id, amount]: Parameters<typeof send>) {
      running.push(yield* Effect.forkChild(send(index, aggregateId, id, amount), { startImmediately: true }))
      yield* settle
    }),
    /** Until every command is answered. */
    finished: Effect.gen(function*() {
      while (running.some((fiber) => fiber.pollUnsafe() === undefined)) yield* TestClock.adjust("1 second")
    }),
    answers: Effect.suspend(() => Effect.forEach(running, (fiber) => Fiber.join(fiber)))
  }
})
type Replicas = Effect.Success<typeof makeReplicas>

/** Each of them meets an append of somebody else, and begins to follow. */
const beginToFollow = Effect.fnUntraced(function*({ begin, views }: Replicas) {
  for (let n = 0; n < 2 * replicas; n++) {
    yield* begin(n % replicas, "left", `first${n}`, 1)
    yield* Effect.replicateEffect(Effect.andThen(views[n % replicas]!.answer, settle), 4)
  }
})

const take = Effect.fnUntraced(function*({ begin, views }: Replicas, step: Step) {
  const view = views[step.replica]!
  switch (step._tag) {
    case "send":
      yield* begin(step.replica, step.aggregateId, `${step.aggregateId}${step.commandId}`, step.amount)
      break
    case "answer":
    case "lose":
      yield* Effect.andThen(view[step._tag], settle)
      break
    case "show":
    case "miss":
      view[step._tag]()
  }
})

/** What each of them now knows is what there is: as much as fits is taken, and no more. */
const fillUp = Effect.fnUntraced(function*({ begin, finished, historyOf }: Replicas) {
  for (const aggregateId of aggregates) {
    for (let index = 0; index < replicas; index++) {
      const room = limit - totalOf(yield* historyOf(aggregateId))
      yield* begin(index, aggregateId, `${aggregateId} too much ${index}`, room + 1)
      if (room > 0) yield* begin(index, aggregateId, `${aggregateId} as much ${index}`, room)
      yield* begin((index + 1) % replicas, aggregateId, `${aggregateId} back ${index}`, -2)
      yield* finished
    }
  }
})

const assertAnswers = Effect.fnUntraced(function*({ answers, historyOf }: Replicas) {
  for (const { aggregateId, command, outcome, versionBefore } of yield* answers) {
    assertTrue(command, outcome, yield* historyOf(aggregateId), versionBefore)
    if (command.id.includes("too much")) assert.strictEqual(outcome._tag, "Rejected")
    if (command.id.includes("as much")) assert.strictEqual(outcome._tag, "Applied")
  }
})

/** No command is stored twice, and none was decided on less than there was. */
const assertStored = (history: ReadonlyArray<RecordedEvent>): void => {
  assert.strictEqual(new Set(history.map(({ commandId }) => commandId)).size, history.length)
  for (let n = 1; n <= history.length; n++) {
    const last = amountsOf(history)[n - 1]!
    if (last.amount > 0) assert.isAtMost(totalOf(history.slice(0, n)), limit)
  }
}

it.effect.prop(
  "whenever events and answers come, in whatever order, or never: what is answered and stored is right",
  [steps],
  ([taken]) =>
    Effect.gen(function*() {
      const all = yield* makeReplicas
      yield* beginToFollow(all)
      yield* Effect.forEach(taken, (step) => take(all, step))
      yield* Effect.forEach(all.views, ({ open }) => open)
      yield* all.finished
      yield* fillUp(all)
      yield* assertAnswers(all)
      for (const aggregateId of aggregates) assertStored(yield* all.historyOf(aggregateId))
    }).pipe(Effect.scoped, Effect.provide(memory, { local: true })),
  { timeout: 120_000, arbitrary: { runs: 200 } }
)
