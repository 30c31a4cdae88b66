import type { AppendedPositions } from "@cim-domain/event-sourcing/Append"
import { type Cursor, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { api, connection, eventStore, operator, streamName, surely } from "./Broker.ts"

const events = 60

/** Appends one event as a command handler does: waits when it may, looks when it must. */
const appendSurely = Effect.fnUntraced(function*(aggregateId: string, cursor: Cursor) {
  const store = yield* EventStore
  const event = makeEvent(`kind${cursor.version % 3}`)
  const look: Effect.Effect<AppendedPositions, StoreError> = Effect.flatMap(
    surely(store.read(aggregateId, Effect.succeed(cursor))),
    ({ events: found }) => {
      const own = found.filter(({ id }) => id === event.id).map(({ position }) => position)
      return own.length > 0 ? Effect.succeed([own] as const) : Effect.suspend(() => attempt)
    }
  )
  const attempt: Effect.Effect<AppendedPositions, StoreError> = surely(
    Effect.catchIf(
      store.append([{ aggregateId, expected: cursor, events: [event] }]),
      ({ reason }) => reason._tag === "AppendUnconfirmed" || reason._tag === "VersionConflict",
      () => look
    )
  )
  const [[position]] = yield* attempt
  return { id: event.id, cursor: { version: cursor.version + 1, position: position! } }
})

describe("losing the leader", () => {
  it.live("loses no event, repeats none, and neither reader nor follower sees a gap", () =>
    Effect.gen(function*() {
      const cluster = yield* NatsServer.cluster()
      yield* Effect.gen(function*() {
        const store = yield* EventStore
        const aggregate = makeAggregateId()
        const following = yield* Effect.forkChild(Stream.runCollect(Stream.take(store.follow(0), events)))
        let cursor = start
        const appended: Array<string> = []
        for (let n = 0; n < events; n++) {
          if (n === events / 2) {
            const client = yield* operator(cluster.url.split(","))
            const info = yield* api(client, `STREAM.INFO.${streamName}`)
            const leader = (info as unknown as { cluster: { leader: string } }).cluster.leader
            yield* cluster.servers[Number(leader.slice(1)) - 1]!.kill
          }
          const next = yield* appendSurely(aggregate, cursor)
          appended.push(next.id)
          cursor = next.cursor
        }
        const { events: read, head } = yield* surely(store.read(aggregate, Effect.succeed(start)))
        assert.deepStrictEqual(read.map(({ id }) => id), appended)
        assert.deepStrictEqual(head, cursor)
        assert.deepStrictEqual(Array.from(yield* Fiber.join(following), ({ id }) => id), appended)
      }).pipe(Effect.provide(eventStore({ ackTimeout: "1 second" }).pipe(Layer.provide(connection(cluster.url)))))
    }), 60_000)
})
