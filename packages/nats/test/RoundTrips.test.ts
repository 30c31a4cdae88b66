import { type Cursor, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { appendOneByOne, makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { RoundTrips } from "@cim-domain/nats/testing/RoundTrips"
import { assert, layer } from "@effect/vitest"
import { Array as Arr, Effect, Layer } from "effect"
import { connection, eventStore } from "./Broker.ts"

const measured = Layer.unwrap(
  Effect.map(
    NatsServer.server(),
    ({ url }) => eventStore().pipe(Layer.provideMerge(RoundTrips.layer), Layer.provide(connection(url)))
  )
)

const later = (cursor: Cursor) => Effect.as(Effect.yieldNow, cursor)

layer(measured, { excludeTestServices: true })("round trips", (it) => {
  const reading = Effect.fnUntraced(function*(aggregateId: string, after: Effect.Effect<Cursor>) {
    const { measure } = yield* RoundTrips
    const store = yield* EventStore
    return yield* measure(store.read(aggregateId, after))
  })

  it.effect("an append of one event is one request to its own subject", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const { measure } = yield* RoundTrips
      const id = makeAggregateId()
      const { requests, waits } = yield* measure(
        store.append([{ aggregateId: id, expected: start, events: [makeEvent("opened")] }])
      )
      assert.deepStrictEqual([requests, waits], [[`things.events.${id}.opened`], 1])
    }))

  it.effect("an append to several aggregates is one request too", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const { measure } = yield* RoundTrips
      const parts = Arr.makeBy(3, () => ({
        aggregateId: makeAggregateId(),
        expected: start,
        events: [makeEvent("opened")] as const
      }))
      const { requests, value, waits } = yield* measure(store.append(parts))
      assert.deepStrictEqual([requests.length, waits, value.length], [1, 1, 3])
    }))

  it.effect("an append of several events is one request too", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const { measure } = yield* RoundTrips
      const events = [makeEvent("opened"), makeEvent("opened"), makeEvent("closed")] as const
      const { requests, value, waits } = yield* measure(
        store.append([{ aggregateId: makeAggregateId(), expected: start, events }])
      )
      assert.deepStrictEqual([requests.length, waits, value[0].length], [1, 1, 3])
    }))

  it.effect("a confirmation is one request to the leader", () =>
    Effect.gen(function*() {
      const id = makeAggregateId()
      const cursor = yield* appendOneByOne(id, 12)
      const { requests, value, waits } = yield* reading(id, Effect.succeed(cursor))
      assert.deepStrictEqual([requests, waits], [["$JS.API.STREAM.MSG.GET.THINGS"], 1])
      assert.deepStrictEqual(value, { events: [], head: cursor })
    }))

  it.effect("a tail of one event comes with its confirmation", () =>
    Effect.gen(function*() {
      const id = makeAggregateId()
      const cursor = yield* appendOneByOne(id, 12)
      const head = yield* appendOneByOne(id, 1, cursor)
      const { requests, value, waits } = yield* reading(id, Effect.succeed(cursor))
      assert.deepStrictEqual([requests.length, waits], [1, 1])
      assert.deepStrictEqual([value.head, value.events.length], [head, 1])
    }))

  const leader = "$JS.API.STREAM.MSG.GET.THINGS"

  it.effect("a new aggregate is one request to the leader, and so is one whose only event it gives", () =>
    Effect.gen(function*() {
      for (const count of [0, 1]) {
        const id = makeAggregateId()
        const head = yield* appendOneByOne(id, count)
        const { requests, value } = yield* reading(id, later(start))
        assert.deepStrictEqual(requests, [leader])
        assert.deepStrictEqual([value.events.length, value.head], [count, head])
      }
    }))

  it.effect("a cold load of one event of each type is two waits", () =>
    Effect.gen(function*() {
      const id = makeAggregateId()
      const head = yield* appendOneByOne(id, 5)
      const { value, waits } = yield* reading(id, later(start))
      assert.deepStrictEqual([waits, value.events.length, value.head], [2, 5, head])
    }))

  it.effect("a cold load of many events of one type is two waits, behind a snapshot as well", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      for (const covered of [0, 20]) {
        const id = makeAggregateId()
        let cursor: Cursor = start
        let from: Cursor = start
        for (let n = 1; n <= 40; n++) {
          const [[position]] = yield* store.append([{
            aggregateId: id,
            expected: cursor,
            events: [makeEvent("opened")]
          }])
          cursor = { version: n, position: position! }
          if (n === covered) from = cursor
        }
        const { requests, value, waits } = yield* reading(id, later(from))
        assert.deepStrictEqual([waits, requests.length], [2, 3], "leader; last of each, one page")
        assert.deepStrictEqual([value.events.length, value.head], [40 - covered, cursor])
      }
    }))

  it.effect("a cold load of a long history of several types is three waits", () =>
    Effect.gen(function*() {
      const id = makeAggregateId()
      const head = yield* appendOneByOne(id, 200)
      const { requests, value, waits } = yield* reading(id, later(start))
      assert.deepStrictEqual([waits, requests.length], [3, 7], "leader, last of each, one batch for each of five types")
      assert.deepStrictEqual([value.events.length, value.head], [200, head])
    }))

  it.effect("a cold load from a snapshot reads only the tail, in three waits when that has several types", () =>
    Effect.gen(function*() {
      const { measure } = yield* RoundTrips
      const store = yield* EventStore
      const id = makeAggregateId()
      const snapshot = yield* appendOneByOne(id, 100)
      const head = yield* appendOneByOne(id, 20, snapshot)
      const { value, waits } = yield* measure(store.read(id, later(snapshot)))
      assert.deepStrictEqual([waits, value.events.length, value.head], [3, 20, head])
      assert.strictEqual(value.events[0]?.version, 101)
    }))
})
