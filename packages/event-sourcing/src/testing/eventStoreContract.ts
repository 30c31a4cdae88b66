import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, type Layer, Option, Stream } from "effect"
import { type NamedCursor, type RecordedEvent, start } from "../store/Event.ts"
import { EventStore, type History, type ObservedEvent } from "../store/EventStore.ts"
import { appendsToSeveral } from "./appendsToSeveral.ts"
import { appendOneByOne, makeAggregateId, makeEvent } from "./makeEvent.ts"

export { appendOneByOne, makeAggregateId, makeEvent }

const at = (cursor: NamedCursor) => Effect.succeed(cursor)
const fromStart = at(start)

/** Reads an aggregate so many bytes at a time, and sees that what it gets is the whole, and how large the pages are. */
export const readInPages = Effect.fnUntraced(function*(aggregateId: string, maxBytes: number) {
  const store = yield* EventStore
  const whole = yield* store.read(aggregateId, fromStart)
  const events: Array<RecordedEvent> = []
  const pages: Array<number> = []
  let cursor: NamedCursor = start
  for (let more = true; more;) {
    const page: History = yield* store.read(aggregateId, at(cursor), maxBytes)
    assert.isNotEmpty(page.events)
    events.push(...page.events)
    pages.push(page.events.reduce((bytes, { data }) => bytes + data.length, 0))
    cursor = { ...page.head, eventId: page.events.at(-1)!.id }
    more = page.more === true
  }
  assert.deepStrictEqual(events, whole.events)
  assert.deepInclude(cursor, whole.head)
  return pages
})

/**
 * What every event store must do. Registers tests; one store is built from `stores` and shared by all of them.
 *
 * An adapter is correct when it passes all of it against the real thing, not against a stand-in.
 */
export const eventStoreContract = <E>(name: string, stores: Layer.Layer<EventStore, E>): void =>
  layer(stores, { timeout: "60 seconds", excludeTestServices: true })(`event store contract: ${name}`, (it) => {
    it.effect("an aggregate that nobody wrote to is empty", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        assert.deepStrictEqual(yield* store.read(makeAggregateId(), fromStart), { events: [], head: start })
      }))

    it.effect("what was appended is read, in order, with versions from 1", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const first = makeEvent("opened", { name: "Łódź 🏭", text: "line\nbreak" })
        const second = makeEvent("closed")
        const [[position]] = yield* store.append([{ aggregateId: id, expected: start, events: [first] }])
        const [[last]] = yield* store.append([{
          aggregateId: id,
          expected: { version: 1, position: position! },
          events: [second]
        }])
        const { events, head } = yield* store.read(id, fromStart)
        assert.deepStrictEqual(
          events.map((event) => [event.aggregateId, event.id, event.type, event.version, event.position, event.data]),
          [[id, first.id, first.type, 1, position!, first.data], [id, second.id, second.type, 2, last!, second.data]]
        )
        assert.deepStrictEqual(
          events.map((event) => [event.commandId, event.correlationId]),
          [first, second].map((event) => [event.cause.commandId, event.cause.correlationId])
        )
        assert.deepStrictEqual(head, { version: 2, position: last! })
        assert.isAbove(last!, position!)
      }))

    it.effect("an append on an old version conflicts and stores nothing", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const one = yield* appendOneByOne(id, 1)
        const two = yield* appendOneByOne(id, 1, one)
        for (const old of [start, one]) {
          const error = yield* Effect.flip(store.append([{ aggregateId: id, expected: old, events: [makeEvent()] }]))
          assert.strictEqual(error.reason._tag, "VersionConflict")
        }
        assert.deepStrictEqual((yield* store.read(id, fromStart)).head, two)
      }))

    it.effect("several events are stored all or none", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const events = [makeEvent("opened"), makeEvent("opened"), makeEvent("closed")] as const
        const [positions] = yield* store.append([{ aggregateId: id, expected: start, events }])
        const stored = yield* store.read(id, fromStart)
        assert.deepStrictEqual(stored.events.map((event) => event.id), events.map((event) => event.id))
        assert.deepStrictEqual(stored.events.map((event) => event.position), [...positions])
        const error = yield* Effect.flip(
          store.append([{ aggregateId: id, expected: start, events: [makeEvent(), makeEvent()] }])
        )
        assert.strictEqual(error.reason._tag, "VersionConflict")
        assert.deepStrictEqual(yield* store.read(id, fromStart), stored)
      }))

    it.effect("reading after a cursor gives only what came later", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const middle = yield* appendOneByOne(id, 3)
        const end = yield* appendOneByOne(id, 2, middle)
        const tail = yield* store.read(id, at(middle))
        assert.deepStrictEqual(tail.events.map((event) => event.version), [4, 5])
        assert.deepStrictEqual(tail.head, end)
        assert.deepStrictEqual(yield* store.read(id, at(end)), { events: [], head: end })
      }))

    it.effect("a long history is read page by page, and comes to the same", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        let cursor = start
        // One kind begins late, one ends early, and one is alone for a while.
        for (let n = 0; n < 80; n++) {
          const kind = n < 10 ? n % 2 : n < 40 ? 2 : 2 + n % 4
          const [[position]] = yield* store.append([{
            aggregateId: id,
            expected: cursor,
            events: [makeEvent(`kind${kind}`, "x".repeat(20_000))]
          }])
          cursor = { version: cursor.version + 1, position: position! }
        }
        const bound = 200_000
        const pages = yield* readInPages(id, bound)
        // What is read at a time: twice the bound, the last event of each type, and the one that goes beyond.
        assert.isAtMost(Math.max(...pages), 2 * bound + 7 * 20_002)
        assert.isAtLeast(pages.length, 3)
        assert.lengthOf(yield* readInPages(id, 10_000_000), 1)
        yield* readInPages(id, 1)
        const middle = yield* store.read(id, fromStart, bound)
        assert.isTrue(middle.more)
        assert.isFalse("more" in (yield* store.read(id, at(cursor), bound)))
      }))

    it.effect("a cursor from another life of the store shows in the head", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const end = yield* appendOneByOne(id, 1)
        const { events, head } = yield* store.read(id, at({ version: 7, position: end.position + 1_000 }))
        assert.deepStrictEqual({ events, head }, { events: [], head: end })
      }))

    it.effect("a cursor that names another event is refused, wherever it stands", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        yield* appendOneByOne(id, 9)
        const { events, head } = yield* store.read(id, fromStart)
        for (const { id: eventId, position, version } of events) {
          const named = { version, position, eventId }
          assert.deepStrictEqual((yield* store.read(id, at(named))).events.length, 9 - version)
          const { reason } = yield* Effect.flip(store.read(id, at({ ...named, eventId: "another" })))
          assert.strictEqual(reason._tag, "HistoryTruncated")
        }
        assert.deepStrictEqual((yield* store.read(id, at({ ...head, eventId: null }))).head, head)
      }))

    it.effect("a store that keeps everything says so, and is scanned in the order of all events", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const ids = [makeAggregateId(), makeAggregateId()]
        const before = yield* appendOneByOne(makeAggregateId(), 1)
        const cursors = yield* Effect.forEach(ids, (id) => appendOneByOne(id, 4))
        assert.isFalse(yield* store.mayForget)
        assert.isUndefined(yield* store.retention)
        const found = yield* Effect.repeat(store.scan(before.position, 8), { until: ({ length }) => length === 8 })
        assert.deepStrictEqual(
          found.map(({ aggregateId, version }) => [aggregateId, version]),
          ids.flatMap((id) => [1, 2, 3, 4].map((version) => [id, version]))
        )
        assert.deepStrictEqual(yield* store.scan(before.position, 3), found.slice(0, 3))
        assert.deepStrictEqual(yield* store.scan(cursors[1]!.position, 3), [])
      }))

    it.effect("of many appends on one version exactly one is stored", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const writers = Array.from({ length: 16 }, (_, n) => makeEvent(`kind${n % 3}`))
        const results = yield* Effect.forEach(
          writers,
          (event) => Effect.result(store.append([{ aggregateId: id, expected: start, events: [event] }])),
          { concurrency: "unbounded" }
        )
        const winners = writers.filter((_, n) => results[n]!._tag === "Success")
        const { events } = yield* store.read(id, fromStart)
        assert.strictEqual(winners.length, 1)
        assert.deepStrictEqual(events.map((event) => event.id), winners.map((event) => event.id))
        for (const result of results) {
          if (result._tag === "Failure") assert.strictEqual(result.failure.reason._tag, "VersionConflict")
        }
      }))

    it.effect("aggregates do not disturb each other, however alike their names", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const ids = [id, `${id}0`, `${id}-`, `${id}-created`]
        const cursors = yield* Effect.forEach(ids, (each) => appendOneByOne(each, 4), { concurrency: "unbounded" })
        for (const [n, each] of ids.entries()) {
          const { events, head } = yield* store.read(each, fromStart)
          assert.deepStrictEqual(head, cursors[n])
          assert.deepStrictEqual(
            events.map((event) => [event.aggregateId, event.version]),
            [1, 2, 3, 4].map((v) => [each, v])
          )
        }
      }))

    it.effect("what was acknowledged is read at once", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        let cursor = start
        for (let n = 0; n < 50; n++) {
          cursor = yield* appendOneByOne(id, 1, cursor)
          const { events, head } = yield* store.read(
            id,
            n % 2 === 0 ? fromStart : at({ ...cursor, version: n, position: 0 })
          )
          assert.deepStrictEqual(head, cursor)
          assert.strictEqual(events.at(-1)?.version, n + 1)
        }
      }))

    it.effect("a long history of several types is read whole and in order", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const end = yield* appendOneByOne(id, 300)
        const { events, head } = yield* store.read(id, fromStart)
        assert.deepStrictEqual(head, end)
        assert.deepStrictEqual(events.map((event) => event.version), Array.from({ length: 300 }, (_, n) => n + 1))
        assert.deepStrictEqual(events.map((event) => event.data), Array.from({ length: 300 }, (_, n) => `{"n":${n}}`))
      }))

    it.effect("a follower gets what was there and then what comes, in order, from where it asked", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const before = yield* appendOneByOne(id, 3)
        const follow = (after: number, count: number) =>
          store.follow(after).pipe(
            Stream.filter((event) => event.aggregateId === id),
            Stream.take(count),
            Stream.runCollect,
            Effect.map((events) => Array.from(events, (event) => event.version))
          )
        const all = yield* Effect.forkChild(follow(0, 6))
        const late = yield* Effect.forkChild(follow(before.position, 3))
        yield* appendOneByOne(id, 3, before)
        assert.deepStrictEqual(yield* Fiber.join(all), [1, 2, 3, 4, 5, 6])
        assert.deepStrictEqual(yield* Fiber.join(late), [4, 5, 6])
      }))

    it.effect("a follower from the end gets only what comes", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        let cursor = yield* appendOneByOne(id, 3)
        const first = yield* Effect.forkChild(Stream.runHead(
          store.follow("end").pipe(
            Stream.filter((event) => event.aggregateId === id)
          )
        ))
        // Nothing tells when a follower is in place, so events keep coming until it has seen one.
        while (first.pollUnsafe() === undefined) {
          cursor = yield* appendOneByOne(id, 1, cursor)
          yield* Effect.yieldNow
        }
        const seen = yield* Fiber.join(first)
        assert.isAbove(Option.getOrThrow(seen).version, 3)
      }))

    it.effect("an observer is told of what comes, in order, and can read it", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const observed: Array<ObservedEvent> = []
        const observing = yield* Effect.forkChild(store.observe((event) => {
          if (event.aggregateId === id) observed.push(event)
        }))
        let cursor = yield* appendOneByOne(id, 3)
        // Nothing tells when an observer is in place, so events keep coming until it has seen one.
        while (observed.length === 0) {
          cursor = yield* appendOneByOne(id, 1, cursor)
          yield* Effect.yieldNow
        }
        const last = yield* appendOneByOne(id, 5, cursor)
        while (observed.at(-1)!.position < last.position) yield* Effect.yieldNow
        yield* Fiber.interrupt(observing)
        const { events } = yield* store.read(id, fromStart)
        assert.isAtLeast(observed.length, 6)
        assert.deepStrictEqual(
          observed.map((event) => event.read()),
          events.slice(-observed.length)
        )
        assert.deepStrictEqual(
          observed.map(({ aggregateId, position }) => [aggregateId, position]),
          events.slice(-observed.length).map(({ position }) => [id, position])
        )
        yield* appendOneByOne(id, 1, last)
        assert.strictEqual(observed.at(-1)!.position, last.position)
      }))

    appendsToSeveral(it)
  })
