import { type EventToAppend, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { appendOneByOne, makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/EventStoreContract"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer, type NatsServerOptions } from "@cim-domain/nats/testing/NatsServer"
import { assert, describe, it } from "@effect/vitest"
import { headers, type NatsConnection as Client } from "@nats-io/nats-core"
import { Effect, Fiber, Layer, Option, Queue, Stream } from "effect"
import {
  api,
  connection,
  eventStore,
  eventually,
  type LogEntry,
  operator,
  prefix,
  recorded,
  snapshotStore,
  streamName
} from "./Broker.ts"

const fromStart = Effect.succeed(start)

/** Runs with a server of its own and a store on it. */
const withStore = <A, E, R>(
  test: (server: NatsServer) => Effect.Effect<A, E, R>,
  options: NatsServerOptions & { readonly ackTimeout?: number; readonly user?: string } = {}
) =>
  Effect.gen(function*() {
    const server = yield* NatsServer.server(options)
    const url = server.url.replace("nats://", `nats://${options.user ?? ""}`)
    const store = eventStore(options.ackTimeout === undefined ? {} : { ackTimeout: options.ackTimeout })
    return yield* Effect.provide(test(server), store.pipe(Layer.provideMerge(connection(url))))
  })

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
        const event = caused(makeEvent("opened"), "Zoë\r\nNats-Rollup: all")
        const [position] = yield* store.append(id, start, [event]).pipe(Effect.withSpan("command"))
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
            "Content-Type: application/json"
          ]
        ) assert.include(lines, line)
        assert.match(text, /traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\r\n/)
        assert.notInclude(text, "Nats-Expected-Last-Msg-Id")
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
          Effect.flip(store.append(id, start, [event])),
          Effect.flip(store.append(makeAggregateId(), start, events))
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
        const again = yield* Effect.flip(store.append(id, start, [event]))
        assert.strictEqual(again.reason._tag, "VersionConflict")
      }), { ackTimeout: 300 }))

  it.live("an append in flight when the server is killed is unconfirmed; one after it is refused at once", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const { status } = yield* NatsConnection
        yield* server.pause
        const appending = yield* Effect.forkChild(Effect.flip(store.append(makeAggregateId(), start, [makeEvent()])), {
          startImmediately: true
        })
        yield* server.kill
        assert.deepInclude((yield* Fiber.join(appending)).reason, { _tag: "AppendUnconfirmed", alreadySeen: false })
        yield* eventually("disconnected", Effect.map(status, ({ _tag }) => _tag === "Disconnected"))
        // Each socket notices for itself.
        yield* eventually(
          "appends are refused",
          Effect.map(
            Effect.flip(store.append(makeAggregateId(), start, [makeEvent()])),
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
        const [position] = yield* store.append(id, start, [event])
        const cursor = { version: 1, position: position! }
        const again = yield* Effect.flip(store.append(id, cursor, [event]))
        assert.deepInclude(again.reason, { _tag: "AppendUnconfirmed", alreadySeen: true })
        const stale = yield* Effect.flip(store.append(id, start, [event]))
        assert.strictEqual(stale.reason._tag, "VersionConflict")
        const inBatch = yield* Effect.flip(store.append(id, cursor, [makeEvent(), event]))
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
          const error = yield* Effect.flip(store.append(id, start, events))
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
        const error = yield* Effect.flip(store.append(id, start, [makeEvent("opened", "x".repeat(4_000))]))
        assert.strictEqual(error.reason._tag, "StoreFull")
        assert.deepStrictEqual((yield* store.read(id, fromStart)).events, [])
      })
    ))

  it.live("an append without permission is refused as such", () =>
    withStore(() =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const error = yield* Effect.flip(store.append(makeAggregateId(), start, [makeEvent()]))
        assert.strictEqual(error.reason._tag, "PermissionRefused")
      }), {
      user: "reader:reader@",
      config: `authorization { users: [
        { user: reader, password: reader, permissions: { publish: { deny: ["${prefix}.>"] } } }
      ] }`
    }))

  it.live("a stream deleted under us is missing, for appends and for reads, and stays missing", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const client = yield* operator(server.url)
        const id = makeAggregateId()
        const cursor = yield* appendOneByOne(id, 2)
        yield* api(client, `STREAM.DELETE.${streamName}`)
        const failures = yield* Effect.all([
          Effect.flip(store.append(id, cursor, [makeEvent()])),
          Effect.flip(store.append(id, cursor, [makeEvent(), makeEvent()])),
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

  /** Events of one aggregate as somebody else writes them. */
  const written = (
    client: Client,
    aggregateId: string,
    count: number,
    tokenOf: (n: number) => string,
    isForeign: (n: number) => boolean = () => false
  ) =>
    Effect.forEach(Array.from({ length: count }, (_, n) => n), (n) =>
      Effect.promise(() => {
        const own = headers()
        if (!isForeign(n)) own.set("X-Aggregate-Version", String(n + 1))
        return client.request(`${prefix}.${aggregateId}.${tokenOf(n)}`, `{"n":${n}}`, { headers: own, timeout: 10_000 })
      }), { discard: true })

  const versionsTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

  /** A store on a stream without direct gets, for a user that may not switch them on. */
  const fromLeaderAlone = <A, E, R>(test: (admin: Client) => Effect.Effect<A, E, R>) =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({
        config: `authorization { users: [
          { user: admin, password: admin },
          { user: service, password: service, permissions: { publish: { deny: ["$JS.API.STREAM.UPDATE.>"] } } }
        ] }`
      })
      const admin = yield* operator(server.url, { user: "admin", pass: "admin" })
      yield* api(admin, `STREAM.CREATE.${streamName}`, {
        name: streamName,
        subjects: [`${prefix}.>`],
        storage: "file",
        allow_direct: false,
        allow_atomic: true
      })
      const url = server.url.replace("nats://", "nats://service:service@")
      return yield* Effect.provide(test(admin), eventStore().pipe(Layer.provideMerge(connection(url))))
    })

  it.live("reads whole histories without direct gets, from the leader alone", () =>
    fromLeaderAlone((admin) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const head = yield* appendOneByOne(id, 60)
        const { events, head: read } = yield* store.read(id, fromStart)
        assert.deepStrictEqual([events.map(({ version }) => version), read], [versionsTo(60), head])
        const mixed = makeAggregateId()
        yield* written(admin, mixed, 1, () => "a")
        yield* written(admin, makeAggregateId(), 100, () => "a")
        for (const token of ["b", "a", "c"]) yield* written(admin, mixed, 1, () => token, () => true)
        const whole = yield* store.read(mixed, fromStart)
        assert.deepStrictEqual(whole.events.map(({ type }) => type), ["a", "b", "a", "c"])
        assert.deepStrictEqual(whole.events.map(({ version }) => version), versionsTo(4))
      })
    ))

  it.live("more types than one answer can hold are read as well", () =>
    withStore((server) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        yield* written(yield* operator(server.url), id, 1_100, (n) => `kind${n}`, (n) => n % 2 === 0)
        const { events } = yield* store.read(id, fromStart)
        assert.deepStrictEqual(events.map(({ version }) => version), versionsTo(1_100))
      })
    ), 30_000)

  it.live("a user that may not use direct gets reads from the leader, and that is said once", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({
        config: `authorization { users: [
          { user: service, password: service, permissions: { publish: { deny: ["$JS.API.DIRECT.GET.>"] } } }
        ] }`
      })
      const logged: Array<LogEntry> = []
      const stores = snapshotStore.pipe(
        Layer.provideMerge(eventStore()),
        Layer.provide(connection(server.url.replace("nats://", "nats://service:service@"))),
        Layer.provideMerge(recorded(logged))
      )
      yield* Effect.gen(function*() {
        const store = yield* EventStore
        const snapshots = yield* SnapshotStore
        const id = makeAggregateId()
        const head = yield* appendOneByOne(id, 30)
        const snapshot = { aggregateId: id, ...head, incarnation: "i", fingerprint: "f", state: "{}" }
        yield* snapshots.save(snapshot)
        for (let n = 0; n < 3; n++) {
          const { events, head: read } = yield* store.read(id, fromStart)
          assert.deepStrictEqual([events.map(({ version }) => version), read], [versionsTo(30), head])
          assert.deepStrictEqual(yield* snapshots.latest(id), Option.some(snapshot))
        }
      }).pipe(Effect.provide(stores))
      const said = (stream: string, level: string) =>
        logged.filter((entry) => entry.level === level && entry.message.includes(`DIRECT.GET.${stream}"`))
      for (const stream of [streamName, "SNAPSHOTS"]) {
        assert.deepStrictEqual([said(stream, "Warn").length, said(stream, "Error").length], [1, 1], stream)
      }
    }))

  it.live("a history that has gaps is truncated for the leader too", () =>
    fromLeaderAlone((admin) =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const id = makeAggregateId()
        const head = yield* appendOneByOne(id, 40)
        yield* api(admin, `STREAM.MSG.DELETE.${streamName}`, { seq: head.position - 19 })
        const middle = yield* Effect.flip(store.read(id, fromStart))
        assert.deepInclude(middle.reason, { _tag: "HistoryTruncated", firstVersion: 22 })
        yield* api(admin, `STREAM.PURGE.${streamName}`, { seq: head.position - 10 })
        const beginning = yield* Effect.flip(store.read(id, fromStart))
        assert.deepInclude(beginning.reason, { _tag: "HistoryTruncated", firstVersion: 30 })
      })
    ))

  it.live("a history that is purged while it is read is not called truncated", () =>
    fromLeaderAlone((admin) =>
      Effect.gen(function*() {
        const id = makeAggregateId()
        yield* appendOneByOne(id, 20)
        const real = yield* NatsConnection
        const purging: typeof real = {
          ...real,
          main: {
            ...real.main,
            request: (subject, payload, options) =>
              String(payload).includes("subjects_filter")
                ? Effect.andThen(
                  api(admin, `STREAM.PURGE.${streamName}`),
                  real.main.request(subject, payload, options)
                )
                : real.main.request(subject, payload, options)
          }
        }
        const error = yield* Effect.flip(Effect.flatMap(EventStore, (store) => store.read(id, fromStart))).pipe(
          Effect.provide(JetStreamEventStore.layer().pipe(Layer.provide(Layer.succeed(NatsConnection, purging))))
        )
        assert.strictEqual(error.reason._tag, "StoreUnavailable")
      })
    ))

  it.live(
    "ten thousand events come from the leader alone, of five types and of one",
    () =>
      fromLeaderAlone(() =>
        Effect.gen(function*() {
          const store = yield* EventStore
          for (const types of [5, 1]) {
            const id = makeAggregateId()
            let cursor = start
            while (cursor.version < 10_000) {
              const [event, ...events] = Array.from({ length: 1_000 }, (_, n) => makeEvent(`kind${n % types}`, { n }))
              const positions = yield* store.append(id, cursor, [event!, ...events])
              cursor = { version: cursor.version + 1_000, position: positions.at(-1)! }
            }
            const { events } = yield* store.read(id, fromStart)
            assert.deepStrictEqual(events.map(({ version }) => version), versionsTo(10_000))
          }
        })
      ),
    60_000
  )
})
