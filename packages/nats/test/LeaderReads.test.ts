import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import {
  appendOneByOne,
  makeAggregateId,
  makeEvent,
  readInPages
} from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, describe, it } from "@effect/vitest"
import { headers, type NatsConnection as Client } from "@nats-io/nats-core"
import { Effect, Layer, Option } from "effect"
import {
  api,
  connection,
  eventStore,
  fromStart,
  type LogEntry,
  operator,
  prefix,
  recorded,
  snapshotStore,
  streamName,
  withStore
} from "./Broker.ts"

describe("JetStreamEventStore, reading what is hard to read", () => {
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
        const page = yield* store.scan(events[9]!.position, 20)
        assert.deepStrictEqual(page.map(({ version }) => version), versionsTo(30).slice(10))
        assert.isAtLeast((yield* readInPages(id, 100)).length, 2)
        const mixed = makeAggregateId()
        yield* written(admin, mixed, 1, () => "a")
        yield* written(admin, makeAggregateId(), 100, () => "a")
        for (const token of ["b", "a", "c"]) yield* written(admin, mixed, 1, () => token, () => true)
        const whole = yield* store.read(mixed, fromStart)
        assert.deepStrictEqual(whole.events.map(({ type }) => type), ["a", "b", "a", "c"])
        assert.deepStrictEqual(whole.events.map(({ version }) => version), versionsTo(4))
        yield* readInPages(mixed, 1)
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
        const snapshot = { aggregateId: id, ...head, eventId: "e", incarnation: "i", fingerprint: "f", state: "{}" }
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
              const [positions] = yield* store.append([{
                aggregateId: id,
                expected: cursor,
                events: [event!, ...events]
              }])
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
