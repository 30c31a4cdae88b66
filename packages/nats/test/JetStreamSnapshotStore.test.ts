import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { makeAggregateId } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { EventStream } from "@cim-domain/nats/EventStream"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { NatsSocket } from "@cim-domain/nats/NatsSocket"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { RoundTrips } from "@cim-domain/nats/testing/RoundTrips"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer, Option } from "effect"
import { randomBytes } from "node:crypto"
import type { NatsError } from "../src/connection/NatsError.ts"
import { fromStored, readManifest } from "../src/snapshots/SnapshotParts.ts"
import { api, connection, eventStream, type LogEntry, operator, recorded, snapshotStore } from "./Broker.ts"
import { make, onServer } from "./SavedSnapshots.ts"

interface Info {
  readonly config: Record<string, unknown>
  readonly state: { readonly messages: number }
}

describe("JetStreamSnapshotStore", () => {
  it.live("keeps one message per aggregate, in as many replicas as the events", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const id = makeAggregateId()
      yield* Effect.gen(function*() {
        const store = yield* SnapshotStore
        for (const version of [1, 2, 3]) yield* store.save(make(id, version))
        assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 3)))
      }).pipe(Effect.provide(onServer(server)))
      const { config, state } = (yield* api(yield* operator(server.url), "STREAM.INFO.SNAPSHOTS")) as unknown as Info
      assert.deepInclude(config, { max_msgs_per_subject: 1, num_replicas: 1, allow_direct: true, allow_atomic: true })
      assert.strictEqual(state.messages, 1)
    }))

  it.live("the next one of an aggregate is saved without a look at the last, unless somebody else saved or forgot one", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const counted = Layer.provideMerge(
        Layer.fresh(snapshotStore),
        eventStream().pipe(Layer.provideMerge(RoundTrips.layer), Layer.provide(connection(server.url)))
      )
      const other = yield* Layer.build(onServer(server))
      yield* Effect.gen(function*() {
        const { measure } = yield* RoundTrips
        const store = yield* SnapshotStore
        const others = Context.get(other, SnapshotStore)
        const id = makeAggregateId()
        const subject = `things.snapshots.${id}`
        const look = "$JS.API.STREAM.MSG.GET.SNAPSHOTS"
        const saving = (version: number) =>
          Effect.map(measure(store.save(make(id, version))), ({ requests }) => requests)
        assert.deepStrictEqual(yield* saving(1), [subject], "what is not known is taken for nothing")
        assert.deepStrictEqual(yield* saving(2), [subject])
        yield* others.save(make(id, 5))
        assert.deepStrictEqual(yield* saving(4), [subject, look], "a newer one stays")
        assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 5)))
        assert.deepStrictEqual(yield* saving(6), [subject], "what was read is known, too")
        yield* others.forget(id)
        assert.deepStrictEqual(
          yield* saving(3),
          [look, subject],
          "an older one is saved where the newer one is forgotten"
        )
        yield* others.save(make(id, 4))
        assert.deepStrictEqual(yield* saving(7), [subject, look, subject])
        assert.deepStrictEqual(yield* others.latest(id), Option.some(make(id, 7)))
      }).pipe(Effect.provide(counted))
    }))

  it.live("on a cluster it has three replicas", () =>
    Effect.gen(function*() {
      const cluster = yield* NatsServer.cluster()
      const events = eventStream().pipe(Layer.provide(connection(cluster.url)))
      yield* Effect.gen(function*() {
        assert.strictEqual((yield* EventStream).replicas, 3)
        yield* (yield* SnapshotStore).save(make("a", 1))
      }).pipe(Effect.provide(snapshotStore.pipe(Layer.provideMerge(events), Layer.provide(connection(cluster.url)))))
      const { config } =
        (yield* api(yield* operator(cluster.servers[0]!.url), "STREAM.INFO.SNAPSHOTS")) as unknown as Info
      assert.strictEqual(config["num_replicas"], 3)
    }), { concurrent: true })

  it.live(
    "it follows the stream of the events when that gets more replicas, also one that was made with fewer",
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.cluster()
        const client = yield* operator(url.split(","))
        const replicas = Effect.map(
          api(client, "STREAM.INFO.SNAPSHOTS"),
          (info) => (info as unknown as Info).config["num_replicas"]
        )
        const atStart = (count: number) =>
          Effect.scoped(Layer.build(
            snapshotStore.pipe(Layer.provide(eventStream({ replicas: count })), Layer.provide(connection(url)))
          ))
        yield* atStart(1)
        assert.strictEqual(yield* replicas, 1)
        const { config } = (yield* api(client, "STREAM.INFO.THINGS")) as unknown as Info
        yield* api(client, "STREAM.UPDATE.THINGS", { ...config, num_replicas: 3 })
        yield* atStart(1)
        assert.strictEqual(yield* replicas, 3)
      }),
    { concurrent: true }
  )

  it.live("one that starts while another one makes the streams does not take that of the events for a lost one", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const stores = (connected: Layer.Layer<NatsConnection, NatsError>) =>
        Layer.build(Layer.fresh(snapshotStore.pipe(
          Layer.provideMerge(eventStream({ snapshotStream: "SNAPSHOTS" })),
          Layer.provide(connected)
        )))
      let asked = 0
      const late = Layer.effect(
        NatsConnection,
        Effect.map(NatsConnection, (real) => ({
          ...real,
          main: {
            ...real.main,
            // The other one begins and is done between the first answer and what is made of it.
            request: (...args: Parameters<typeof real.main.request>) =>
              args[0] === "$JS.API.STREAM.INFO.THINGS" && asked++ === 0
                ? Effect.tap(
                  real.main.request(...args),
                  () => Effect.orDie(Effect.scoped(stores(connection(server.url))))
                )
                : real.main.request(...args)
          }
        }))
      ).pipe(Layer.provide(connection(server.url)))
      const found = Context.get(yield* stores(late), EventStream)
      assert.isAtLeast(asked, 2)
      assert.strictEqual(found.replicas, 1)
    }))

  it.live("it is made again when it was removed, which is said once, and what was saved before is saved anew", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      const logged: Array<LogEntry> = []
      yield* Effect.gen(function*() {
        const store = yield* SnapshotStore
        const ids = Array.from({ length: 8 }, makeAggregateId)
        const saveAll = (version: number) =>
          Effect.forEach(ids, (id) => store.save(make(id, version)), { concurrency: "unbounded" })
        yield* saveAll(1)
        yield* api(client, "STREAM.DELETE.SNAPSHOTS")
        yield* saveAll(2)
        for (const id of ids) assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 2)))
        yield* api(client, "STREAM.DELETE.SNAPSHOTS")
        assert.deepStrictEqual(yield* store.latest(ids[0]!), Option.none())
        const { config } = (yield* api(client, "STREAM.INFO.SNAPSHOTS")) as unknown as Info
        assert.strictEqual(config["max_msgs_per_subject"], 1)
        assert.lengthOf(logged.filter(({ message }) => message.includes("was removed")), 1)
        assert.lengthOf(logged.filter(({ message }) => /is there again after \d+\.\d s, since /.test(message)), 1)
      }).pipe(Effect.provide(Layer.provideMerge(onServer(server), recorded(logged))))
    }))

  it.live("messages that its stream takes are smaller than the broker's: it is cut for them, and refused in true words", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      yield* Effect.gen(function*() {
        const store = yield* SnapshotStore
        const id = makeAggregateId()
        yield* store.save(make(id, 1))
        const limit = Effect.fnUntraced(function*(max_msg_size: number) {
          const { config } = (yield* api(client, "STREAM.INFO.SNAPSHOTS")) as unknown as Info
          yield* api(client, "STREAM.UPDATE.SNAPSHOTS", { ...config, max_msg_size })
        })
        yield* limit(20_000)
        const large = make(id, 2, randomBytes(100_000).toString("hex"))
        yield* store.save(large)
        assert.deepStrictEqual(yield* store.latest(id), Option.some(large))
        yield* limit(100)
        const error = yield* Effect.flip(store.save(make(id, 3, randomBytes(1_000).toString("hex"))))
        assert.strictEqual(error.reason._tag, "EventTooLarge")
        assert.notMatch(error.message, /\b0 bytes|event/)
        assert.match(error.message, /too large: \d+ bytes, the store accepts 100/)
        assert.deepStrictEqual(yield* store.latest(id), Option.some(large))
      }).pipe(Effect.provide(onServer(server)))
    }))

  it.live("one larger than a message is kept in parts, and one larger than allowed is refused", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ maxPayloadBytes: 65_536 })
      yield* Effect.gen(function*() {
        const store = yield* SnapshotStore
        const id = makeAggregateId()
        const large = make(id, 1, randomBytes(300_000).toString("hex"))
        yield* store.save(large)
        assert.deepStrictEqual(yield* store.latest(id), Option.some(large))
        const larger = make(id, 2, randomBytes(600_000).toString("hex"))
        const error = yield* Effect.flip(store.save(larger))
        assert.strictEqual(error.reason._tag, "EventTooLarge")
        assert.deepStrictEqual(yield* store.latest(id), Option.some(large))
        const fewer = make(id, 3, randomBytes(90_000).toString("hex"))
        yield* store.save(fewer)
        assert.deepStrictEqual(yield* store.latest(id), Option.some(fewer))
      }).pipe(Effect.provide(onServer(server, 400_000)))
    }))

  it.live("one that is replaced while it is read is not taken for a damaged one", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ maxPayloadBytes: 65_536 })
      yield* Effect.gen(function*() {
        const store = yield* SnapshotStore
        const id = makeAggregateId()
        const large = (version: number) => make(id, version, randomBytes(150_000).toString("hex"))
        yield* store.save(large(1))
        const saving = yield* Effect.forkChild(
          Effect.forEach(Array.from({ length: 20 }, (_, n) => n + 2), (version) => store.save(large(version)))
        )
        let last = 0
        while (saving.pollUnsafe() === undefined) {
          const { version } = Option.getOrThrow(yield* store.latest(id))
          assert.isAtLeast(version, last)
          last = version
        }
        yield* Fiber.join(saving)
      }).pipe(Effect.provide(onServer(server)))
    }))

  it.live(
    "one whose saving ends between its parts leaves the one before, and is in nobody's way",
    () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server({ maxPayloadBytes: 65_536 })
        const id = makeAggregateId()
        const large = (version: number) => make(id, version, randomBytes(150_000).toString("hex"))
        const one = large(1)
        yield* Effect.gen(function*() {
          const store = yield* SnapshotStore
          yield* store.save(one)
          for (const parts of [1, 2]) {
            const reached = yield* Deferred.make<NatsSocket>()
            let sent = 0
            // A process that stops there: the rest is never sent, and its connection ends.
            const ending = Layer.effect(
              NatsConnection,
              Effect.map(NatsConnection, (real) => ({
                ...real,
                main: {
                  ...real.main,
                  send: (...part: Parameters<NatsSocket["send"]>) => {
                    if (sent === parts) {
                      Deferred.doneUnsafe(reached, Effect.succeed(real.main))
                      return undefined
                    }
                    sent++
                    return real.main.send(...part)
                  },
                  ask: (...asked: Parameters<NatsSocket["ask"]>) => sent < parts ? real.main.ask(...asked) : undefined
                }
              }))
            ).pipe(Layer.provide(connection(server.url)))
            const saving = Effect.flatMap(SnapshotStore, (dying) => dying.save(large(2))).pipe(
              Effect.provide(Layer.fresh(snapshotStore.pipe(Layer.provide(eventStream()), Layer.provide(ending))))
            )
            yield* Effect.raceFirst(saving, Effect.flatMap(Deferred.await(reached), ({ flush }) => flush))
            assert.strictEqual(sent, parts)
            assert.deepStrictEqual(yield* store.latest(id), Option.some(one))
          }
          const three = large(3)
          yield* store.save(three)
          assert.deepStrictEqual(yield* store.latest(id), Option.some(three))
        }).pipe(Effect.provide(onServer(server)))
      }),
    30_000
  )

  it("a message of the leader whose headers cannot be read is no snapshot", () => {
    const hdrs = Buffer.from("NATS/1.0\r\na b: c\r\n\r\n").toString("base64")
    const stored = fromStored({ subject: "things.snapshots.a", seq: 1, time: "2026-01-01T00:00:00Z", hdrs })
    assert.isUndefined(readManifest(stored.header))
  })
})
