import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger, Option } from "effect"
import { TestClock } from "effect/testing"
import { loadState } from "../src/aggregate/loadState.ts"
import { unsavedMax } from "../src/aggregate/SweepMark.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { SnapshotStore } from "../src/store/SnapshotStore.ts"
import {
  AppendUnconfirmed,
  EventTooLarge,
  StoreError,
  StoreUnavailable,
  UnexpectedAnswer
} from "../src/store/StoreError.ts"
import { makeSnapshotSweeper } from "../src/sweeper/SnapshotSweeper.ts"
import { forgetting } from "./ForgettingStore.ts"
import { tallyEvents, tallyOptions } from "./Tally.ts"

const tooLarge = new StoreError({ reason: new EventTooLarge({ maxBytes: 1, actualBytes: 2 }) })
const away = new StoreError({ reason: new StoreUnavailable({ detail: "no leader" }) })
const unconfirmed = new AppendUnconfirmed({ aggregateIds: ["any"], detail: "timeout", alreadySeen: false })

/** What stands before the saving of an aggregate's snapshots, by its id. */
type Obstacles = Map<string, Effect.Effect<unknown, StoreError>>

const fixture = Effect.gen(function*() {
  const { events, limit } = yield* forgetting
  const snapshots = yield* SnapshotStore
  const errors: Array<unknown> = []
  const logger = Logger.make(({ logLevel, message }) => logLevel === "Error" && errors.push(message))
  const services = Layer.mergeAll(
    Layer.succeed(EventStore, events),
    Layer.succeed(SnapshotStore, snapshots),
    Logger.layer([logger])
  )
  const unreadable = new Set<string>()
  const decode: typeof tallyEvents.decode = (recorded) => {
    if (unreadable.has(recorded.aggregateId)) throw new Error("unreadable")
    return tallyEvents.decode(recorded)
  }
  /** One round of a sweeper of its own. */
  const sweeper = (obstacles: Obstacles) =>
    makeSnapshotSweeper({ ...tallyOptions, events: { ...tallyEvents, decode } }).pipe(
      Effect.provideService(SnapshotStore, {
        ...snapshots,
        save: (snapshot) => Effect.andThen(obstacles.get(snapshot.aggregateId) ?? Effect.void, snapshots.save(snapshot))
      }),
      Effect.provide(services),
      Effect.map(({ round }) => Effect.provide(round, services))
    )
  const obstacles: Obstacles = new Map()
  return {
    errors,
    obstacles,
    unreadable,
    sweeper,
    round: yield* sweeper(obstacles),
    /** Appends one event. Everything so far is due. */
    add: Effect.fnUntraced(function*(id: string) {
      const { head } = yield* events.read(id, Effect.succeed(start))
      const event = tallyEvents.encode({ commandId: `${id}-${head.version + 1}`, amount: 1 })
      const [[position]] = yield* events.append([{ aggregateId: id, expected: head, events: [event] }])
      limit.dueUpTo = position!
    }),
    forgetAll: Effect.sync(() => {
      limit.forgotten = limit.dueUpTo
    }),
    /** The total of an aggregate, or why there is none; `meanwhile` happens after its snapshot was first read. */
    total: (id: string, meanwhile: Effect.Effect<unknown, StoreError> = Effect.void) =>
      Effect.flatMap(Effect.cached(meanwhile), (once) =>
        loadState(tallyOptions, id).pipe(
          Effect.provideService(SnapshotStore, {
            ...snapshots,
            latest: (which) => Effect.tap(snapshots.latest(which), once)
          })
        )).pipe(
          Effect.map(({ state }) => state.total),
          Effect.catchTag("StoreError", ({ reason }) => Effect.succeed(reason._tag)),
          Effect.provide(services)
        )
  }
})

const fresh = Effect.provide(Layer.fresh(Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)))

describe("an aggregate that cannot be saved", () => {
  const refusals: Record<string, (given: Effect.Success<typeof fixture>, id: string) => unknown> = {
    "because its snapshot is too large": ({ obstacles }, id) => obstacles.set(id, Effect.fail(tooLarge)),
    "because nobody knows why": ({ obstacles }, id) =>
      obstacles.set(id, Effect.fail(new StoreError({ reason: new UnexpectedAnswer({ detail: "no" }) }))),
    "because it is never acknowledged": ({ obstacles }, id) =>
      obstacles.set(id, Effect.fail(new StoreError({ reason: unconfirmed }))),
    "because its history is unreadable": ({ unreadable }, id) => unreadable.add(id)
  }
  for (const [why, refuse] of Object.entries(refusals)) {
    it.effect(`${why}: the others live on, and it is neither taken for what it was nor for absent`, () =>
      Effect.gen(function*() {
        const given = yield* fixture
        yield* given.add("older")
        yield* given.round
        for (const id of ["older", "never"]) {
          refuse(given, id)
          yield* given.add(id)
        }
        yield* given.add("fine")
        assert.deepInclude(yield* given.round, { aggregates: 3, saved: 1, unsaved: 2 })
        yield* TestClock.adjust("1 hour")
        assert.deepInclude(yield* given.round, { aggregates: 0, saved: 0, unsaved: 2 })
        assert.lengthOf(given.errors, 2, "each is said once")
        yield* given.forgetAll
        yield* given.add("later")
        yield* given.round
        assert.deepStrictEqual([yield* given.total("fine"), yield* given.total("another")], [1, 0])
        for (const id of ["older", "never"]) assert.strictEqual(yield* given.total(id), "HistoryTruncated")
      }).pipe(fresh))
  }

  it.effect("is tried again, also when nothing is due, and lives on once it is saved", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      given.obstacles.set("large", Effect.fail(tooLarge))
      yield* given.add("large")
      assert.deepInclude(yield* given.round, { saved: 0, unsaved: 1 })
      given.obstacles.delete("large")
      yield* TestClock.adjust("1 hour")
      assert.deepInclude(yield* given.round, { aggregates: 0, saved: 1, unsaved: 0 })
      yield* given.forgetAll
      assert.strictEqual(yield* given.total("large"), 1)
    }).pipe(fresh))

  it.effect("is saved by a replica that can, and the one that could not hears of it", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      given.obstacles.set("large", Effect.fail(tooLarge))
      yield* given.add("large")
      yield* given.round
      const other = yield* given.sweeper(new Map())
      assert.deepInclude(yield* other, { saved: 1, unsaved: 0 })
      assert.deepInclude(yield* given.round, { saved: 0, unsaved: 0 })
    }).pipe(fresh))

  it.effect("holds up nobody either when it fails in a way that waiting may mend", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      given.obstacles.set("large", Effect.fail(tooLarge))
      yield* given.add("large")
      yield* given.round
      given.obstacles.set("large", Effect.fail(away))
      yield* TestClock.adjust("1 hour")
      yield* given.add("fine")
      assert.deepInclude(yield* given.round, { saved: 1, unsaved: 1 })
    }).pipe(fresh))

  it.effect("is not loaded in every round", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      let tries = 0
      given.obstacles.set("large", Effect.andThen(Effect.sync(() => tries++), Effect.fail(tooLarge)))
      for (let n = 0; n < 120; n++) {
        yield* given.add("large")
        yield* given.round
        yield* TestClock.adjust("10 seconds")
      }
      assert.isAbove(tries, 5)
      assert.isBelow(tries, 30)
    }).pipe(fresh))

  it.effect("is not saved by a snapshot that lacks what came while it could not be", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      given.obstacles.set("large", Effect.fail(tooLarge))
      yield* given.add("large")
      yield* given.round
      const other = yield* given.sweeper(new Map([["$swept", Effect.fail(tooLarge)]]))
      assert.deepStrictEqual(yield* Effect.flip(other), tooLarge)
      yield* given.add("large")
      assert.deepInclude(yield* given.round, { aggregates: 1, saved: 0, unsaved: 1 })
      yield* given.forgetAll
      assert.strictEqual(yield* given.total("large"), "HistoryTruncated")
    }).pipe(fresh))

  it.effect("is remembered when a sweeper that began earlier ends later", () =>
    Effect.gen(function*() {
      const given = yield* fixture
      const [began, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const waiting = Effect.andThen(Deferred.succeed(began, undefined), Deferred.await(goOn))
      const slow = yield* given.sweeper(new Map([["a", waiting]]))
      for (const id of ["a", "b"]) yield* given.add(id)
      const first = yield* Effect.forkChild(slow)
      yield* Deferred.await(began)
      given.obstacles.set("b", Effect.fail(tooLarge)).set("c", Effect.fail(tooLarge))
      yield* given.add("c")
      yield* given.round
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(first)
      yield* given.forgetAll
      const totals = yield* Effect.forEach(["a", "b", "c"], (id) => given.total(id))
      assert.deepStrictEqual(totals, [1, 1, "HistoryTruncated"])
    }).pipe(fresh))

  it.effect(`beyond ${unsavedMax} of them rounds fail and the mark stays`, () =>
    Effect.gen(function*() {
      const given = yield* fixture
      for (let n = 0; n <= unsavedMax; n++) {
        given.obstacles.set(`large-${n}`, Effect.fail(tooLarge))
        yield* given.add(`large-${n}`)
      }
      for (const _ of [1, 2]) assert.deepStrictEqual(yield* Effect.flip(given.round), tooLarge)
      given.obstacles.delete("large-7")
      assert.deepInclude(yield* given.round, { saved: 1, unsaved: unsavedMax })
    }).pipe(fresh))
})

it.effect("a snapshot that was read before the last event was saved and forgotten is not taken for the whole", () =>
  Effect.gen(function*() {
    const given = yield* fixture
    yield* given.add("a")
    yield* given.round
    const meanwhile = Effect.andThen(given.add("a"), Effect.andThen(given.round, given.forgetAll))
    assert.strictEqual(yield* given.total("a", meanwhile), 2)
  }).pipe(fresh))

it.effect("a mark that names no exceptions is a mark", () =>
  Effect.gen(function*() {
    const given = yield* fixture
    yield* given.add("a")
    yield* given.round
    const { latest, save } = yield* SnapshotStore
    const mark = Option.getOrThrow(yield* latest("$swept"))
    yield* save({ ...mark, state: JSON.stringify({ doubtUpTo: 0 }) })
    yield* given.forgetAll
    assert.strictEqual(yield* given.total("a"), 1)
  }).pipe(fresh))

it.effect("what waiting may mend fails the round, and the next one does it again", () =>
  Effect.gen(function*() {
    const given = yield* fixture
    given.obstacles.set("a", Effect.fail(away))
    yield* given.add("a")
    assert.deepStrictEqual(yield* Effect.flip(given.round), away)
    given.obstacles.delete("a")
    assert.deepInclude(yield* given.round, { saved: 1, unsaved: 0 })
    yield* given.forgetAll
    assert.strictEqual(yield* given.total("a"), 1)
  }).pipe(fresh))
