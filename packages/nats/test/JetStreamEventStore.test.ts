import { type EventToAppend, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { appendOneByOne, makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { headers, MsgHdrsImpl } from "@nats-io/nats-core"
import { Cause, Effect, Fiber, Queue, Stream } from "effect"
import { api, fromStart, operator, prefix, streamName, withStore } from "./Broker.ts"

const caused = (event: EventToAppend, actor: string): EventToAppend => ({ ...event, cause: { ...event.cause, actor } })

interface Message {
  readonly message: { readonly seq: number; readonly hdrs: string; readonly data: string }
}

describe("JetStreamEventStore", () => {
  it.live("an event carries its facts in headers, whatever the actor is called", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        const event = { ...caused(makeEvent("opened"), "Zoë\r\nNats-Rollup: all"), traceparent }
        const [[position]] = yield* store.append([{ aggregateId: id, expected: start, events: [event] }])
        const found = yield* api(yield* operator(server.url), `STREAM.MSG.GET.${streamName}`, { seq: position })
        const { message } = found as unknown as Message
        const text = Buffer.from(message.hdrs, "base64").toString()
        const lines = text.split("\r\n")
        for (
          const line of [
            `Nats-Msg-Id: ${event.id}`,
            `Nats-Expected-Stream: ${streamName}`,
            "Nats-Expected-Last-Subject-Sequence: 0",
            `Nats-Expected-Last-Subject-Sequence-Subject: ${prefix}.${id}.>`,
            `X-Aggregate-ID: ${id}`,
            "X-Aggregate-Version: 1",
            `X-Event-Type: ${event.type}`,
            "X-Event-Version: 1",
            `X-Command-ID: ${event.cause.commandId}`,
            `X-Correlation-ID: ${event.cause.correlationId}`,
            `X-Causation-ID: ${event.cause.causationId}`,
            "X-Actor: Zo%C3%AB%0D%0ANats-Rollup: all",
            `traceparent: ${traceparent}`,
            "Content-Type: application/json"
          ]
        ) assert.include(lines, line)
        assert.notInclude(text, "Nats-Expected-Last-Msg-Id")
      })
    ))

  it.live("an event that the broker would take for another one is not sent", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const tokens = ["is.opened", "is opened", "*", ">", "", "opened\r\nPUB things.events.x 0\r\n"]
        const wrong = [...tokens.map((token) => ({ ...makeEvent(), token })), { ...makeEvent(), id: "" }]
        for (const event of wrong) {
          for (const events of [[event], [makeEvent(), event]] as const) {
            const exit = yield* Effect.exit(store.append([{ aggregateId: id, expected: start, events }]))
            assert(exit._tag === "Failure")
            assert.match(Cause.pretty(exit.cause), /an event (?:has an id|token is one subject token)/)
          }
        }
        assert.deepStrictEqual((yield* store.read(id, fromStart)).events, [])
        yield* store.append([{ aggregateId: id, expected: start, events: [makeEvent("opened"), makeEvent("closed")] }])
      })
    ))

  it.live("many aggregates are written at once, each on its own", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const ids = Array.from({ length: 200 }, makeAggregateId)
        const cursors = yield* Effect.forEach(ids, (id) => appendOneByOne(id, 3), { concurrency: "unbounded" })
        const heads = yield* Effect.forEach(ids, (id) => store.read(id, fromStart), { concurrency: 16 })
        assert.deepStrictEqual(heads.map(({ head }) => head), cursors)
      })
    ))

  it.live("an append whose answer does not come is unconfirmed, and is found by looking", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const [event, events] = [makeEvent(), [makeEvent(), makeEvent()] as const]
        yield* server.pause
        const [one, several] = yield* Effect.all([
          Effect.flip(store.append([{ aggregateId: id, expected: start, events: [event] }])),
          Effect.flip(store.append([{ aggregateId: makeAggregateId(), expected: start, events }]))
        ], { concurrency: 2 })
        for (const { reason } of [one, several]) {
          assert.deepInclude(reason, { _tag: "AppendUnconfirmed", alreadySeen: false })
        }
        yield* server.resume
        // The leader answers reads while the append still waits in its queue: one look that finds nothing proves nothing.
        yield* eventually(
          "the event is found",
          Effect.map(store.read(id, fromStart), ({ events: found }) => found.length > 0)
        )
        const { events: found } = yield* store.read(id, fromStart)
        assert.deepStrictEqual(found.map(({ commandId }) => commandId), [event.cause.commandId])
        // The guard does: an append on the same expectation is refused once the first one is stored.
        const again = yield* Effect.flip(store.append([{ aggregateId: id, expected: start, events: [event] }]))
        assert.strictEqual(again.reason._tag, "VersionConflict")
      }), { ackTimeout: 300 }))

  it.live("an append in flight when the server is killed is unconfirmed; one after it is refused at once", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const { status } = yield* NatsConnection
        yield* server.pause
        const appending = yield* Effect.forkChild(
          Effect.flip(store.append([{ aggregateId: makeAggregateId(), expected: start, events: [makeEvent()] }])),
          {
            startImmediately: true
          }
        )
        yield* server.kill
        assert.deepInclude((yield* Fiber.join(appending)).reason, { _tag: "AppendUnconfirmed", alreadySeen: false })
        yield* eventually("disconnected", Effect.map(status, ({ _tag }) => _tag === "Disconnected"))
        // Each socket notices for itself.
        yield* eventually(
          "appends are refused",
          Effect.map(
            Effect.flip(store.append([{ aggregateId: makeAggregateId(), expected: start, events: [makeEvent()] }])),
            ({ isRetryable, reason }) => reason._tag === "StoreUnavailable" && isRetryable
          )
        )
        const unread = yield* Effect.flip(store.read(makeAggregateId(), fromStart))
        assert.strictEqual(unread.reason._tag, "StoreUnavailable")
      })
    ))

  it.live("the same event twice is never stored twice, and the second answer says look", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const event = makeEvent()
        const [[position]] = yield* store.append([{ aggregateId: id, expected: start, events: [event] }])
        const cursor = { version: 1, position: position! }
        const again = yield* Effect.flip(store.append([{ aggregateId: id, expected: cursor, events: [event] }]))
        assert.deepInclude(again.reason, { _tag: "AppendUnconfirmed", alreadySeen: true })
        const stale = yield* Effect.flip(store.append([{ aggregateId: id, expected: start, events: [event] }]))
        assert.strictEqual(stale.reason._tag, "VersionConflict")
        const inBatch = yield* Effect.flip(
          store.append([{ aggregateId: id, expected: cursor, events: [makeEvent(), event] }])
        )
        assert.deepInclude(inBatch.reason, { _tag: "AppendUnconfirmed", alreadySeen: true })
        assert.deepStrictEqual((yield* store.read(id, fromStart)).head, cursor)
      })
    ))

  it.live("a history whose beginning or middle is gone is truncated, unless a cursor covers it", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const client = yield* operator(server.url)
        const id = makeAggregateId()
        const third = yield* appendOneByOne(id, 3)
        const head = yield* appendOneByOne(id, 4, third)
        yield* api(client, `STREAM.PURGE.${streamName}`, { seq: third.position })
        const cold = yield* Effect.flip(store.read(id, fromStart))
        assert.deepInclude(cold.reason, { _tag: "HistoryTruncated", firstVersion: 3 })
        assert.deepStrictEqual((yield* store.read(id, Effect.succeed(third))).head, head)
        yield* api(client, `STREAM.MSG.DELETE.${streamName}`, { seq: third.position + 2 })
        const wrong = yield* Effect.flip(store.read(id, Effect.succeed({ ...head, version: 9 })))
        assert.strictEqual(wrong.reason._tag, "HistoryTruncated")
        const middle = yield* Effect.flip(store.read(id, Effect.succeed(third)))
        assert.deepInclude(middle.reason, { _tag: "HistoryTruncated", firstVersion: 6 })
        yield* api(client, `STREAM.PURGE.${streamName}`, { filter: `${prefix}.${id}.>` })
        const { events, head: none } = yield* store.read(id, Effect.succeed(third))
        assert.deepStrictEqual([events, none], [[], start])
        yield* appendOneByOne(id, 1)
        const contradiction = yield* Effect.flip(store.read(id, Effect.succeed(third)))
        assert.deepInclude(contradiction.reason, { _tag: "HistoryTruncated", firstVersion: 1 })
      })
    ))

  it.live("events that others stored without numbers are counted", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const client = yield* operator(server.url)
        const id = makeAggregateId()
        const foreign = (token: string, withType?: string) =>
          Effect.promise(() => {
            const own = headers()
            if (withType !== undefined) own.set("X-Event-Type", withType)
            return client.request(`${prefix}.${id}.${token}`, `{"by":"hand"}`, { headers: own, timeout: 5_000 })
          })
        for (const token of ["opened", "renamed", "opened", "renamed", "closed"]) yield* foreign(token)
        yield* foreign("opened", "ThingOpened")
        const { events, head } = yield* store.read(id, fromStart)
        assert.deepStrictEqual(events.map(({ version }) => version), [1, 2, 3, 4, 5, 6])
        assert.deepStrictEqual(
          events.map(({ type }) => type),
          ["opened", "renamed", "opened", "renamed", "closed", "ThingOpened"]
        )
        assert.deepInclude(events[0], { id: null, commandId: null, correlationId: null, data: `{"by":"hand"}` })
        yield* appendOneByOne(id, 2, head)
        const whole = yield* store.read(id, fromStart)
        assert.deepStrictEqual([whole.events.length, whole.head.version], [8, 8])
        assert.strictEqual((yield* store.read(id, Effect.succeed(head))).events.length, 2)
      })
    ))

  it.live("an event larger than the server accepts is refused with its size", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const large = makeEvent("opened", "x".repeat(9_000))
        for (const events of [[large], [makeEvent(), large]] as const) {
          const error = yield* Effect.flip(store.append([{ aggregateId: id, expected: start, events }]))
          assert.deepInclude(error.reason, { _tag: "EventTooLarge", maxBytes: 8_192 })
        }
        assert.deepStrictEqual((yield* store.read(id, fromStart)).events, [])
      }), { maxPayloadBytes: 8_192 }))

  it.live("a full stream says so and stores nothing", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const client = yield* operator(server.url)
        const { config } = (yield* api(client, `STREAM.INFO.${streamName}`)) as unknown as { config: object }
        yield* api(client, `STREAM.UPDATE.${streamName}`, { ...config, max_bytes: 2_000, discard: "new" })
        const id = makeAggregateId()
        const error = yield* Effect.flip(
          store.append([{ aggregateId: id, expected: start, events: [makeEvent("opened", "x".repeat(4_000))] }])
        )
        assert.strictEqual(error.reason._tag, "StoreFull")
        assert.deepStrictEqual((yield* store.read(id, fromStart)).events, [])
      })
    ))

  it.live("an append without permission is refused as such", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const error = yield* Effect.flip(
          store.append([{ aggregateId: makeAggregateId(), expected: start, events: [makeEvent()] }])
        )
        assert.strictEqual(error.reason._tag, "PermissionRefused")
      }), {
      user: "reader:reader@",
      config: `authorization { users: [
        { user: reader, password: reader, permissions: { publish: { deny: ["${prefix}.>"] } } }
      ] }`
    }))

  it.live("an append whose answer may not be received is unconfirmed", () => {
    const users = (permissions: string) =>
      `authorization { users: [{ user: me, password: me, permissions: { ${permissions} } }] }`
    return withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const first = yield* appendOneByOne(id, 1)
        yield* server.reload(users(`subscribe: { deny: ["_INBOX.>"] }`))
        const error = yield* Effect.flip(store.append([{ aggregateId: id, expected: first, events: [makeEvent()] }]))
        assert.strictEqual(error.reason._tag, "AppendUnconfirmed")
        yield* server.reload(users(""))
        assert.strictEqual((yield* store.read(id, fromStart)).events.length, 2)
      }), { user: "me:me@", config: users("") })
  })

  it.live("a stream deleted under us is missing, for appends and for reads, and stays missing", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const client = yield* operator(server.url)
        const id = makeAggregateId()
        const cursor = yield* appendOneByOne(id, 2)
        yield* api(client, `STREAM.DELETE.${streamName}`)
        const failures = yield* Effect.all([
          Effect.flip(store.append([{ aggregateId: id, expected: cursor, events: [makeEvent()] }])),
          Effect.flip(store.append([{ aggregateId: id, expected: cursor, events: [makeEvent(), makeEvent()] }])),
          Effect.flip(store.read(id, Effect.succeed(cursor))),
          Effect.flip(store.read(id, fromStart)),
          Effect.flip(Stream.runHead(store.follow(0)))
        ])
        assert.deepStrictEqual(
          failures.map(({ reason }) => reason._tag),
          Array.from({ length: 5 }, () => "StoreMissing")
        )
        const { streams } = (yield* api(client, "STREAM.NAMES")) as unknown as { streams: ReadonlyArray<string> | null }
        assert.deepStrictEqual(streams ?? [], [])
      })
    ))

  it.live(
    "an event whose headers cannot be read is one without headers, for reads and for followers",
    () =>
      withStore((server) =>
        Effect.gen(function*() {
          const store = yield* EventStore
          const client = yield* operator(server.url)
          const id = makeAggregateId()
          const subject = `${prefix}.${id}.renamed`
          const unreadable = Effect.promise(() =>
            client.request(subject, "{}", { headers: MsgHdrsImpl.fromRecord({ "a b": ["c"] }), timeout: 5_000 })
          )
          const seen = yield* Queue.unbounded<string>()
          yield* Effect.forkChild(Stream.runForEach(store.follow(0), (event) => Queue.offer(seen, event.type)))
          const first = yield* appendOneByOne(id, 1)
          yield* unreadable
          const { events, head } = yield* store.read(id, Effect.succeed(first))
          assert.deepStrictEqual(events.map(({ type, version }) => [type, version]), [["renamed", 2]])
          yield* unreadable
          yield* appendOneByOne(id, 1, { version: 3, position: head.position + 1 })
          const whole = yield* store.read(id, fromStart)
          assert.deepStrictEqual(whole.events.map(({ version }) => version), [1, 2, 3, 4])
          assert.strictEqual((yield* store.scan(0, 10)).length, 4)
          assert.strictEqual((yield* Queue.takeN(seen, 4)).length, 4)
        })
      ),
    30_000
  )

  it.live("a follower goes on where it was when the server comes back", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const { status } = yield* NatsConnection
        const id = makeAggregateId()
        const seen = yield* Queue.unbounded<number>()
        const following = yield* Effect.forkChild(
          Stream.runForEach(store.follow(0), (event) => Queue.offer(seen, event.version))
        )
        const ten = Effect.map(Queue.takeN(seen, 10), (versions) => Array.from(versions))
        const first = yield* appendOneByOne(id, 10)
        assert.deepStrictEqual(yield* ten, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        for (const away of [server.kill, server.stop]) {
          yield* away
          yield* server.start
          yield* eventually("connected", Effect.map(status, ({ _tag }) => _tag === "Connected"))
        }
        const second = yield* appendOneByOne(id, 10, first)
        assert.deepStrictEqual(yield* ten, [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
        assert.deepStrictEqual(second.version, 20)
        yield* Fiber.interrupt(following)
      })
    ))

  it.live(
    "an observer is told of what comes after the server was away, once for each event",
    () =>
      withStore((server) =>
        Effect.gen(function*() {
          const store = yield* EventStore
          const { status } = yield* NatsConnection
          const id = makeAggregateId()
          const observed: Array<number> = []
          yield* Effect.forkChild(store.observe((event) => observed.push(event.read().version)))
          let cursor = start
          const seesMore = Effect.gen(function*() {
            cursor = yield* appendOneByOne(id, 1, cursor)
            yield* eventually(
              "an observed event",
              Effect.gen(function*() {
                if (observed.at(-1) === cursor.version) return true
                cursor = yield* appendOneByOne(id, 1, cursor)
                return false
              })
            )
          })
          yield* seesMore
          for (const away of [server.kill, server.stop]) {
            yield* away
            yield* server.start
            yield* eventually("connected", Effect.map(status, ({ _tag }) => _tag === "Connected"))
            yield* seesMore
          }
          assert.deepStrictEqual(observed, [...new Set(observed)].toSorted((left, right) => left - right))
        })
      ),
    60_000
  )

  it.live("without permission to make a consumer nobody observes, and everything else goes on", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const error = yield* Effect.flip(store.observe(() => assert.fail("nothing is observed")))
        assert.strictEqual(error.reason._tag, "PermissionRefused")
        const id = makeAggregateId()
        const end = yield* appendOneByOne(id, 3)
        assert.deepStrictEqual((yield* store.read(id, fromStart)).head, end)
      }), {
      config: `authorization { users: [
        { user: me, password: me, permissions: { publish: { deny: ["$JS.API.CONSUMER.>"] } } }
      ] }`,
      user: "me:me@"
    }))
})
