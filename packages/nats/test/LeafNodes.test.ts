import type { EventToAppend } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { EventStream } from "@cim-domain/nats/EventStream"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeSites, type Sites } from "@cim-domain/nats/testing/Sites"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Stream } from "effect"
import { api, connection, eventStore, fromStart, operator, prefix, snapshotStore, streamName } from "./Broker.ts"

/**
 * A leaf node joins the subjects of two brokers and keeps their streams apart: what is published can be stored by both, and both
 * acknowledge it.
 */

const config = {
  name: streamName,
  subjects: [`${prefix}.>`],
  retention: "limits",
  storage: "file",
  num_replicas: 1,
  allow_direct: true,
  allow_atomic: true
}
const create = (url: string) =>
  Effect.scoped(Effect.flatMap(operator(url), (client) => api(client, `STREAM.CREATE.${streamName}`, config)))

/** Waits until what is published on one side is heard on the other. */
const joined = Effect.fnUntraced(function*({ hub, leaf }: Sites) {
  const [near, far] = yield* Effect.all([operator(leaf.url), operator(hub.url)])
  far.subscribe("joined", { callback: (_, message) => void message.respond("yes") })
  yield* eventually(
    "the sites are joined",
    Effect.promise(() => near.request("joined", "", { timeout: 1_000 }).then(() => true, () => false))
  )
})

/** Waits until the stream there stores what is published here. */
const heard = Effect.fnUntraced(function*(here: NatsServer, there: NatsServer) {
  const [near, far] = yield* Effect.all([operator(here.url), operator(there.url)])
  const subject = `${prefix}.nobody.heard`
  const isStored = async () => {
    near.publish(subject, here.url)
    const last = await far.request(`$JS.API.DIRECT.GET.${streamName}.${subject}`, "", { timeout: 1_000 })
    return last.string() === here.url
  }
  yield* eventually(
    "what is published here is stored there",
    Effect.promise(() => isStored().then((stored) => stored, () => false))
  )
})

const bothHear = ({ hub, leaf }: Sites) => Effect.andThen(heard(hub, leaf), heard(leaf, hub))

const stores = (url: string, jetStreamDomain?: string) =>
  Layer.build(
    snapshotStore.pipe(
      Layer.provideMerge(eventStore({ ackTimeout: 1_500 }, { watchInterval: "100 millis" })),
      Layer.provideMerge(connection(url, { jetStreamDomain }))
    )
  )

const events = (count: number): readonly [EventToAppend, ...ReadonlyArray<EventToAppend>] => [
  makeEvent(),
  ...Array.from({ length: count - 1 }, () => makeEvent())
]

describe("behind a leaf node", () => {
  for (const jetstream of [true, false]) {
    it.live(
      `${jetstream ? "with" : "without"} a JetStream of its own, the stream of the hub is used by its domain`,
      () =>
        Effect.gen(function*() {
          const sites = yield* makeSites({ leaf: { jetstream }, lineMillis: 3 })
          yield* joined(sites)
          yield* create(sites.hub.url)
          const there = yield* stores(sites.leaf.url, "hub")
          const [store, snapshots] = [Context.get(there, EventStore), Context.get(there, SnapshotStore)]
          assert.strictEqual(Context.get(there, EventStream).domain, "hub")
          const id = makeAggregateId()
          const following = yield* Effect.forkChild(Stream.runCollect(Stream.take(store.follow(0), 2_003)), {
            startImmediately: true
          })
          assert.deepStrictEqual(
            yield* store.append([{ aggregateId: id, expected: { version: 0, position: 0 }, events: events(1) }]),
            [[1]]
          )
          assert.deepStrictEqual(
            yield* store.append([{ aggregateId: id, expected: { version: 1, position: 1 }, events: events(2) }]),
            [[2, 3]]
          )
          const conflict = yield* Effect.flip(
            store.append([{ aggregateId: id, expected: { version: 2, position: 2 }, events: events(1) }])
          )
          assert.strictEqual(conflict.reason._tag, "VersionConflict")
          const large = { ...makeEvent(), data: JSON.stringify("x".repeat(2_000)) }
          for (let position = 3; position < 2_003; position += 500) {
            const [first, ...rest] = Array.from({ length: 500 }, () => ({ ...large, id: makeAggregateId() }))
            yield* store.append([{
              aggregateId: id,
              expected: { version: position, position },
              events: [first!, ...rest]
            }])
          }
          assert.strictEqual((yield* store.read(id, fromStart)).events.length, 2_003)
          assert.deepStrictEqual(
            (yield* Fiber.join(following)).map(({ version }) => version),
            Array.from({ length: 2_003 }, (_, n) => n + 1)
          )
          const snapshot = {
            aggregateId: id,
            incarnation: store.incarnation,
            version: 2_003,
            position: 2_003,
            eventId: null,
            fingerprint: "f",
            state: JSON.stringify({})
          }
          yield* snapshots.save(snapshot)
          assert.isTrue((yield* snapshots.latest(id))._tag === "Some")
          const here = Context.get(yield* stores(sites.hub.url), EventStore)
          assert.strictEqual((yield* here.read(id, fromStart)).events.length, 2_003)
        }),
      30_000
    )
  }

  it.live(
    "of servers of two domains those of one are used, for all that goes over any connection",
    () =>
      Effect.gen(function*() {
        const { hub, leaf } = yield* makeSites()
        const urls = [hub.url, leaf.url].join(",")
        const domainsOf = Effect.fnUntraced(function*() {
          const { bulk, commands, main } = Context.get(yield* Layer.build(connection(urls)), NatsConnection)
          return yield* Effect.forEach([main, commands, bulk], (socket) =>
            Effect.map(
              socket.request("$JS.API.INFO", "", { timeoutMillis: 5_000 }),
              (answer) => answer.json<{ readonly domain: string }>().domain
            ))
        })
        for (const domains of yield* Effect.all([domainsOf(), domainsOf(), domainsOf(), domainsOf()])) {
          assert.lengthOf([...new Set(domains)], 1, domains.join())
        }
      }),
    30_000
  )

  it.live("a second stream is not made by whoever does not see the first", () =>
    Effect.gen(function*() {
      const sites = yield* makeSites({ lineMillis: 15 })
      yield* joined(sites)
      yield* create(sites.hub.url)
      yield* heard(sites.leaf, sites.hub)
      const error = yield* Effect.flip(stores(sites.leaf.url))
      assert.strictEqual(error._tag, "StreamUnusable")
      assert.include(error.message, "of another JetStream domain, as behind a leaf node")
      assert.include(error.message, "JETSTREAM_DOMAIN")
    }))

  it.live("two streams of that name are no stream of record, from either side", () =>
    Effect.gen(function*() {
      const sites = yield* makeSites({ lineMillis: 15 })
      yield* joined(sites)
      yield* create(sites.hub.url)
      yield* create(sites.leaf.url)
      yield* bothHear(sites)
      for (const [url, domain] of [[sites.hub.url], [sites.leaf.url], [sites.leaf.url, "hub"]] as const) {
        const error = yield* Effect.flip(stores(url, domain))
        assert.strictEqual(error._tag, "StreamUnusable", url)
        assert.match(error.message, /another stream THINGS stores things\.events\.> as well, .*JETSTREAM_DOMAIN/)
      }
    }))

  it.live("the acknowledgement of a stream that came later counts for nothing, and ends whoever hears it", () =>
    Effect.gen(function*() {
      const sites = yield* makeSites({ lineMillis: 15 })
      yield* joined(sites)
      yield* create(sites.hub.url)
      const sides = [yield* stores(sites.hub.url), yield* stores(sites.leaf.url, "hub")]
      const [here, there] = sides.map((side) => Context.get(side, EventStore))
      const watching = yield* Effect.forEach(
        sides,
        (side) => Effect.forkChild(Effect.flip(Context.get(side, EventStream).watch), { startImmediately: true })
      )
      const id = makeAggregateId()
      assert.deepStrictEqual(
        yield* here!.append([{ aggregateId: id, expected: { version: 0, position: 0 }, events: events(1) }]),
        [[1]]
      )
      yield* create(sites.leaf.url)
      yield* bothHear(sites)
      // The leaf acknowledges first, with a position of its own.
      for (const store of [there!, here!, there!]) {
        const another = makeAggregateId()
        const told = yield* store.append([{
          aggregateId: another,
          expected: { version: 0, position: 0 },
          events: events(1)
        }])
        assert.deepStrictEqual(told, [[(yield* here!.read(another, fromStart)).head.position]])
      }
      for (const each of watching) {
        const error = yield* Fiber.join(each)
        assert.strictEqual(error._tag, "StreamUnusable")
        assert.include(error.message, "a stream THINGS of JetStream domain leaf stores things.events.> as well")
      }
      // The leaf refuses first: it does not know the event before. That is no answer either.
      const refused = yield* Effect.flip(
        there!.append([{ aggregateId: id, expected: { version: 1, position: 1 }, events: events(1) }])
      )
      assert.strictEqual(refused.reason._tag, "AppendUnconfirmed")
      yield* eventually("it is stored", Effect.map(here!.read(id, fromStart), (history) => history.events.length === 2))
    }))

  it.live(
    "what only another stream acknowledged is not stored for all that anybody knows",
    () =>
      Effect.gen(function*() {
        const sites = yield* makeSites()
        yield* joined(sites)
        yield* create(sites.hub.url)
        const there = Context.get(yield* stores(sites.leaf.url, "hub"), EventStore)
        yield* create(sites.leaf.url)
        const id = makeAggregateId()
        yield* sites.line.silence
        const error = yield* Effect.flip(
          there.append([{ aggregateId: id, expected: { version: 0, position: 0 }, events: events(1) }])
        )
        assert.strictEqual(error.reason._tag, "AppendUnconfirmed")
        assert.include(error.message, "a stream THINGS of JetStream domain leaf")
        const batch = yield* Effect.flip(
          there.append([{ aggregateId: makeAggregateId(), expected: { version: 0, position: 0 }, events: events(3) }])
        )
        assert.strictEqual(batch.reason._tag, "AppendUnconfirmed")
        // What was held up may arrive yet.
        yield* sites.line.heal
        yield* eventually(
          "it is stored",
          Effect.map(
            Effect.orElseSucceed(there.read(id, fromStart), () => ({ events: [] })),
            ({ events }) => events.length === 1
          )
        )
      }),
    30_000
  )
})
