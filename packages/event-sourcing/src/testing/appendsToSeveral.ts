import { assert, type Vitest } from "@effect/vitest"
import { Array as Arr, Cause, Effect, Exit, Fiber, Stream } from "effect"
import type { AppendParts } from "../store/Append.ts"
import { start } from "../store/Event.ts"
import { EventStore, type ObservedEvent } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { assertNothingStored, assertPartsStored, historyOf, makePart } from "./assertPartsStored.ts"
import { appendOneByOne, makeAggregateId } from "./makeEvent.ts"

/** Those of which one has moved on, none when it is no conflict. */
const conflictOf = (exit: Exit.Exit<unknown, StoreError>): ReadonlyArray<string> => {
  const error = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isFailReason)?.error : undefined
  return error?.reason._tag === "VersionConflict" ? error.reason.aggregateIds : []
}

/** All at once; gives those that were stored. All others have to be conflicts of their own aggregates. */
const race = Effect.fnUntraced(function*(appends: ReadonlyArray<AppendParts>) {
  const store = yield* EventStore
  const exits = yield* Effect.forEach(appends, (parts) => Effect.exit(store.append(parts)), {
    concurrency: "unbounded"
  })
  return appends.flatMap((parts, n) => {
    const exit = exits[n]!
    if (Exit.isSuccess(exit)) return [{ parts, positions: exit.value }]
    const ids = conflictOf(exit)
    assert.isNotEmpty(ids, Cause.pretty(exit.cause))
    assert.includeMembers(parts.map(({ aggregateId }) => aggregateId), [...ids])
    return []
  })
})

/** What every event store must do with an append to several aggregates: a part of its contract. */
export const appendsToSeveral = (it: Vitest.MethodsNonLive<EventStore>): void => {
  it.effect("parts are stored together: versions of their own, positions in order, nothing of others between", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const before = yield* appendOneByOne(makeAggregateId(), 1)
      const [busy, fresh, known] = [makeAggregateId(), makeAggregateId(), makeAggregateId()]
      const parts: AppendParts = [
        makePart(busy, yield* appendOneByOne(busy, 2), 2),
        makePart(fresh, start),
        makePart(known, yield* appendOneByOne(known, 1), 3)
      ]
      const others = Effect.forEach(
        Array.from({ length: 40 }),
        () => appendOneByOne(makeAggregateId(), 1),
        { concurrency: "unbounded", discard: true }
      )
      const [positions] = yield* Effect.all([store.append(parts), others], { concurrency: 2 })
      yield* assertPartsStored(parts, positions)
      const [first = 0] = positions[0]
      assert.deepStrictEqual(positions.flat(), Array.from({ length: 6 }, (_, n) => first + n))
      const ids = parts.flatMap(({ events }) => events.map(({ id }) => id))
      const scanned = Effect.map(
        store.scan(before.position, 1_000),
        (events) => events.flatMap(({ id }) => id !== null && ids.includes(id) ? [id] : [])
      )
      const found = yield* Effect.repeat(scanned, { until: ({ length }) => length === ids.length })
      assert.deepStrictEqual(found, ids)
    }))

  it.effect("one part is stale, whichever it is: nothing of any is stored, and they can be appended to afterwards", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const ids = [makeAggregateId(), makeAggregateId(), makeAggregateId()]
      const old = yield* Effect.forEach(ids, (id) => appendOneByOne(id, 1))
      const cursors = yield* Effect.forEach(ids, (id, n) => appendOneByOne(id, 1, old[n]))
      const unchanged = ids.map((id, n) => [id, cursors[n]!] as const)
      const [first, second, third] = ids.map((id, n) => makePart(id, cursors[n]!, 1 + n))
      const parts: AppendParts = [first!, second!, third!]
      for (const n of parts.keys()) {
        const { position } = cursors[n]!
        for (const wrong of [old[n]!, start, { version: 2, position: position + 1_000_000 }]) {
          const stale = Arr.map(parts, (part, index) => index === n ? { ...part, expected: wrong } : part)
          const exit = yield* Effect.exit(store.append(stale))
          assert.include(conflictOf(exit), ids[n])
          yield* assertNothingStored(unchanged)
        }
      }
      yield* assertPartsStored(parts, yield* store.append(parts))
      const [again, fresh] = [makePart(ids[0]!, cursors[0]!), makeAggregateId()]
      assert.include(conflictOf(yield* Effect.exit(store.append([makePart(fresh, start), again]))), ids[0])
      yield* assertNothingStored([[fresh, start]])
    }))

  it.effect("of many at once that have an aggregate in common exactly one is stored, and whole", () =>
    Effect.gen(function*() {
      const common = makeAggregateId()
      let cursor = yield* appendOneByOne(common, 1)
      for (let round = 0; round < 5; round++) {
        const expected = cursor
        const appends = Array.from({ length: 16 }, (_, n): AppendParts => {
          const [shared, own] = [makePart(common, expected), makePart(makeAggregateId(), start, 1 + n % 2)]
          return n % 4 === 3 ? [shared] : n % 2 === 0 ? [shared, own] : [own, shared]
        })
        const stored = yield* race(appends)
        assert.lengthOf(stored, 1)
        const [{ parts, positions }] = stored as [typeof stored[number]]
        yield* assertPartsStored(parts, positions)
        const losers = appends.filter((each) => each !== parts).flat().filter(({ aggregateId }) =>
          aggregateId !== common
        )
        yield* assertNothingStored(losers.map(({ aggregateId }) => [aggregateId, start]))
        cursor = (yield* historyOf(common)).head
      }
    }))

  it.effect("of three at once whose aggregates form a ring one is stored", () =>
    Effect.gen(function*() {
      for (let round = 0; round < 10; round++) {
        const [a, b, c] = [makeAggregateId(), makeAggregateId(), makeAggregateId()]
        const stored = yield* race([
          [makePart(a, start), makePart(b, start)],
          [makePart(b, start), makePart(c, start)],
          [makePart(c, start), makePart(a, start)]
        ])
        assert.lengthOf(stored, 1)
        const [{ parts, positions }] = stored as [typeof stored[number]]
        yield* assertPartsStored(parts, positions)
        const left = [a, b, c].filter((id) => parts.every(({ aggregateId }) => aggregateId !== id))
        yield* assertNothingStored(left.map((id) => [id, start]))
      }
    }))

  it.effect("followers and observers are told of the events of all parts, in order", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const ids = [makeAggregateId(), makeAggregateId()]
      const observed: Array<ObservedEvent> = []
      const observing = yield* Effect.forkChild(store.observe((event) => {
        if (ids.includes(event.aggregateId)) observed.push(event)
      }))
      let [one, other] = yield* Effect.all([appendOneByOne(ids[0]!, 1), appendOneByOne(ids[1]!, 1)])
      const after = other.position
      // Nothing tells when an observer is in place, so events keep coming until it has seen one.
      while (observed.length === 0) {
        one = yield* appendOneByOne(ids[0]!, 1, one)
        yield* Effect.yieldNow
      }
      const parts: AppendParts = [makePart(ids[1]!, other, 2), makePart(ids[0]!, one, 2)]
      const expected = parts.flatMap(({ events }) => events.map(({ id }) => id))
      const following = yield* Effect.forkChild(
        store.follow(after).pipe(
          Stream.filter(({ id }) => id !== null && expected.includes(id)),
          Stream.take(4),
          Stream.runCollect
        ),
        { startImmediately: true }
      )
      const positions = (yield* store.append(parts)).flat()
      const told = Array.from(yield* Fiber.join(following))
      while (observed.at(-1)!.position < positions.at(-1)!) yield* Effect.yieldNow
      yield* Fiber.interrupt(observing)
      const seen = observed.slice(-4).map((event) => event.read())
      for (const events of [told, seen]) {
        assert.deepStrictEqual(events.map(({ id }) => id), expected)
        assert.deepStrictEqual(events.map(({ position }) => position), positions)
      }
      assert.deepStrictEqual(seen, told)
    }))

  it.effect("as many events as an append takes may have as many aggregates", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const parts = Arr.makeBy(store.appendMax, () => makePart(makeAggregateId(), start))
      const positions = yield* store.append(parts)
      assert.deepStrictEqual(positions.flat(), parts.map((_, n) => positions[0][0]! + n))
      const some: AppendParts = [parts[0], parts[1]!, parts.at(-1)!]
      yield* assertPartsStored(some, [positions[0], positions[1]!, positions.at(-1)!])
    }))

  it.effect("no part, two of one aggregate, one without events, more events than it takes: a mistake, and nothing is stored", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const [id, other] = [makeAggregateId(), makeAggregateId()]
      const cursor = yield* appendOneByOne(id, 1)
      const empty: unknown = { ...makePart(id, cursor), events: [] }
      const mistakes: Readonly<Record<string, unknown>> = {
        "an append has at least one part": [],
        [`one part for each aggregate, not ${other}, ${id}, ${id}`]: [
          makePart(other, start),
          makePart(id, cursor),
          makePart(id, { version: 2, position: cursor.position + 1 })
        ],
        [`none for ${id}`]: [makePart(other, start), empty],
        [`at most ${store.appendMax} events, not ${store.appendMax + 1}`]: [
          makePart(other, start, store.appendMax - 1),
          makePart(id, cursor, 2)
        ]
      }
      for (const [words, parts] of Object.entries(mistakes)) {
        const exit = yield* Effect.exit(store.append(parts as AppendParts))
        assert.isTrue(Exit.hasDies(exit), words)
        if (Exit.isFailure(exit)) assert.include(Cause.pretty(exit.cause), words)
        yield* assertNothingStored([[id, cursor], [other, start]])
      }
    }))
}
