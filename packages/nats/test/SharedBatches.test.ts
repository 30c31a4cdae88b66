import type { AppendedPositions } from "@cim-domain/event-sourcing/Append"
import { type EventToAppend, type RecordedEvent, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, layer } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Layer } from "effect"
import { api, connection, eventStore, fromStart, operator, prefix, streamName, surely } from "./Broker.ts"
import { makeWriter, write } from "./Diary.ts"

/**
 * On a replicated stream appends of different aggregates share atomic batches. Nobody notices: each is stored once where its
 * acknowledgement says, or refused for its own reasons.
 */

class Cluster extends Context.Service<Cluster, {
  readonly url: string
  readonly servers: ReadonlyArray<NatsServer>
  /** A store whose appends are answered in the end. */
  readonly store: EventStore["Service"]
}>()("@cim-domain/nats/test/SharedBatches.test/Cluster") {}

type Store = EventStore["Service"]

/** A store with a connection of its own, as another replica has. */
const makeStore = Effect.fnUntraced(function*(url: string, ackTimeout: number = 20_000) {
  const layer = eventStore({ ackTimeout }).pipe(Layer.provide(connection(url)))
  return Context.get(yield* Layer.build(layer), EventStore)
})

const cluster = Layer.effect(
  Cluster,
  Effect.gen(function*() {
    const { servers, url } = yield* NatsServer.cluster({ advertise: false })
    return { servers, url, store: yield* makeStore(url) }
  })
)

interface Asked {
  readonly id: string
  readonly position: number
  readonly events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
}

/** An append to an aggregate of its own that holds as many events. */
const fresh = (events: number): Asked => ({
  id: makeAggregateId(),
  position: 0,
  events: [makeEvent("opened"), ...Array.from({ length: events - 1 }, () => makeEvent("renamed"))]
})

const append = (store: Store, { events, id, position }: Asked) =>
  store.append([{ aggregateId: id, expected: { version: position === 0 ? 0 : 1, position }, events }])

/** All in one turn of the event loop. */
const appendAll = (store: Store, all: ReadonlyArray<Asked>) =>
  Effect.forEach(all, (asked) => Effect.exit(append(store, asked)), { concurrency: "unbounded" })

const reasonOf = (exit: Exit.Exit<unknown, StoreError>) =>
  Exit.isSuccess(exit) ? "stored" : exit.cause.reasons.find(Cause.isFailReason)?.error.reason._tag

const read = (store: Store, id: string) => surely(store.read(id, fromStart))

/** That these events are stored, once, in this order, at these positions, and are all that the aggregate has. */
const assertStored = Effect.fnUntraced(
  function*(store: Store, id: string, events: ReadonlyArray<EventToAppend>, positions: ReadonlyArray<number>) {
    const found = (yield* read(store, id)).events
    assert.deepStrictEqual(
      found.map(({ id: own, position, version }) => [own, version, position]),
      events.map(({ id: own }, index) => [own, index + 1, positions[index] ?? null])
    )
  }
)

/** Everything in the stream. */
const scanAll = Effect.fnUntraced(function*(store: Store) {
  const all: Array<RecordedEvent> = []
  while (true) {
    const page = yield* surely(store.scan(all.at(-1)?.position ?? 0, 1_000))
    if (page.length === 0) return all
    all.push(...page)
  }
})

const assertAllStored = (
  store: Store,
  all: ReadonlyArray<Asked>,
  exits: ReadonlyArray<Exit.Exit<AppendedPositions, StoreError>>
) =>
  Effect.forEach(all, ({ events, id }, index) => {
    const exit = exits[index]!
    if (Exit.isSuccess(exit)) return assertStored(store, id, events, exit.value[0])
    throw new Error(`not stored: ${Cause.pretty(exit.cause)}`)
  }, { concurrency: 16, discard: true })

/** A message to the stream, refused or not. */
interface Published {
  readonly batch: string | undefined
  readonly id: string
}

const requestsOf = (seen: ReadonlyArray<Published>) => new Set(seen.map(({ batch }, n) => batch ?? n)).size

/** What is published to the stream from now on. */
const published = Effect.fnUntraced(function*() {
  const { servers } = yield* Cluster
  const client = yield* operator(servers.map(({ url }) => url))
  const seen: Array<Published> = []
  client.subscribe(`${prefix}.>`, {
    callback: (_, message) => {
      seen.push({ batch: message.headers?.get("Nats-Batch-Id") || undefined, id: message.subject.split(".").at(-2)! })
    }
  })
  // Servers tell each other of a subscription in their own time: what reaches none of the others would not be seen.
  const heard = new Set<string>()
  client.subscribe("probe.>", { callback: (_, { subject }) => void heard.add(subject) })
  yield* Effect.forEach(servers, ({ url }, n) =>
    Effect.flatMap(operator(url), (other) =>
      eventually(
        `server ${n} knows of the subscription`,
        Effect.sync(() => {
          other.publish(`probe.${n}`)
          return heard.has(`probe.${n}`)
        })
      )))
  return {
    seen,
    /** Batches that several aggregates share. */
    shared: () =>
      [...Map.groupBy(seen.filter(({ batch }) => batch !== undefined), ({ batch }) => batch).values()]
        .filter((messages) => new Set(messages.map(({ id }) => id)).size > 1)
  }
})

const leaderOf = Effect.fnUntraced(function*() {
  const { servers } = yield* Cluster
  const client = yield* operator(servers.map(({ url }) => url))
  const info = yield* api(client, `STREAM.INFO.${streamName}`)
  const { leader } = (info as unknown as { cluster: { leader: string } }).cluster
  return servers[Number(leader.slice(1)) - 1]!
})

layer(cluster, { timeout: "90 seconds", excludeTestServices: true })("appends that share batches", (it) => {
  it.effect("300 at once, of one to three events: all are stored where they were acknowledged, and many share a batch", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      const wire = yield* published()
      const all = Array.from({ length: 300 }, (_, n) => fresh(1 + n % 3))
      const exits = yield* appendAll(store, all)
      yield* assertAllStored(store, all, exits)
      yield* eventually("all were seen", Effect.sync(() => wire.seen.length >= 600))
      assert.isAbove(wire.shared().length, 2)
      assert.isBelow(requestsOf(wire.seen), 100, "requests for 300 appends")
    }))

  it.effect("a stale one among many: it alone is refused, all others are stored once", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      const all = Array.from({ length: 100 }, () => fresh(1))
      const stale = { ...all[50]!, events: [makeEvent("opened")] as const }
      const [[position]] = yield* append(store, stale)
      const exits = yield* appendAll(store, all)
      assert.deepStrictEqual(
        exits.map(reasonOf),
        all.map(({ id }) => id === stale.id ? "VersionConflict" : "stored")
      )
      yield* assertAllStored(store, all.toSpliced(50, 1), exits.toSpliced(50, 1))
      yield* assertStored(store, stale.id, stale.events, [position!])
    }))

  it.effect("two of one aggregate in the same turn, on the same guard: one is stored", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      for (const events of [1, 2]) {
        const firsts = Array.from({ length: 20 }, () => fresh(events))
        const rivals = firsts.map((first): Asked => ({ ...first, events: fresh(events).events }))
        const both = firsts.flatMap((first, n) => [first, rivals[n]!])
        const exits = yield* appendAll(store, both)
        yield* Effect.forEach(firsts, ({ id }, n) => {
          const [one, other] = [exits[2 * n]!, exits[2 * n + 1]!]
          assert.sameMembers([reasonOf(one), reasonOf(other)], ["stored", "VersionConflict"])
          return Exit.isSuccess(one)
            ? assertStored(store, id, firsts[n]!.events, one.value[0])
            : assertStored(store, id, rivals[n]!.events, Exit.isSuccess(other) ? other.value[0] : [])
        }, { concurrency: 16, discard: true })
      }
    }))

  it.effect("two replicas that append to the same aggregates at once: one of them to each", () =>
    Effect.gen(function*() {
      const { store, url } = yield* Cluster
      const rival = yield* makeStore(url)
      for (let round = 0; round < 5; round++) {
        const firsts = Array.from({ length: 60 }, () => fresh(1))
        const rivals = firsts.map((first): Asked => ({ ...first, events: [makeEvent("opened")] }))
        const [one, other] = yield* Effect.all(
          [appendAll(store, firsts), appendAll(rival, rivals)],
          { concurrency: 2 }
        )
        yield* Effect.forEach(firsts, ({ id }, n) => {
          assert.sameMembers([reasonOf(one[n]!), reasonOf(other[n]!)], ["stored", "VersionConflict"])
          const [exit, { events }] = reasonOf(one[n]!) === "stored" ? [one[n]!, firsts[n]!] : [other[n]!, rivals[n]!]
          return assertStored(store, id, events, Exit.isSuccess(exit) ? exit.value[0] : [])
        }, { concurrency: 16, discard: true })
      }
    }))

  it.effect("every tenth is stale: no append is sent more than twice, and few are; later they share batches again", () =>
    Effect.gen(function*() {
      const store = yield* makeStore((yield* Cluster).url)
      const wire = yield* published()
      let appends = 0
      const round = Effect.fnUntraced(function*(isStale: (n: number) => boolean) {
        const before = wire.seen.length
        const all = Array.from({ length: 200 }, (_, n) => isStale(n) ? { ...fresh(1), position: 1_000_000 } : fresh(1))
        const exits = yield* appendAll(store, all)
        assert.deepStrictEqual(exits.map(reasonOf), all.map((_, n) => isStale(n) ? "VersionConflict" : "stored"))
        appends += all.length
        yield* eventually("all were seen", Effect.sync(() => new Set(wire.seen.map(({ id }) => id)).size === appends))
        return requestsOf(wire.seen.slice(before))
      })
      for (let n = 0; n < 10; n++) yield* round((index) => index % 10 === 7)
      const times = [...Map.groupBy(wire.seen, ({ id }) => id).values()].map((sent) => sent.length)
      assert.isAtMost(Math.max(...times), 2)
      assert.isBelow(wire.seen.length, 1.5 * appends)
      assert.isBelow(requestsOf(wire.seen), 1.5 * appends)
      let requests = Infinity
      for (let n = 0; n < 60 && requests >= 50; n++) requests = yield* round(() => false)
      assert.isBelow(requests, 50, "requests for 200 appends")
    }))

  it.effect("large ones and long ones between short ones: all are stored", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      const large = (): Asked => ({ ...fresh(1), events: [makeEvent("opened", "x".repeat(900_000))] })
      const all = [fresh(1), large(), large(), fresh(40), fresh(40), fresh(200), fresh(1)]
      yield* assertAllStored(store, all, yield* appendAll(store, all))
    }))

  it.effect("given up while it waits: not sent; whatever was sent is stored or not, and once", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      const wire = yield* published()
      const all = Array.from({ length: 400 }, () => fresh(1))
      const { submit } = store.append
      assert.isDefined(submit)
      const services = yield* Effect.context()
      const told: Array<number> = []
      const leaving = all.map(({ events, id }, n) =>
        submit([{ aggregateId: id, expected: start, events }], services, (exit) => {
          assert.strictEqual(reasonOf(exit), "stored")
          told.push(n)
        })
      )
      for (let n = 0; n < 300; n++) leaving[n]?.()
      yield* eventually("the others are stored", Effect.sync(() => told.length >= 100))
      assert.deepStrictEqual(told.toSorted((a, b) => a - b), all.map((_, n) => n).slice(300))
      yield* appendAll(store, all.slice(0, 300))
      yield* eventually("all were seen", Effect.sync(() => wire.seen.length >= all.length))
      assert.strictEqual(wire.seen.length, all.length, "nothing was sent twice")
    }))

  it.effect("a batch without an answer: each is unconfirmed, and is not sent again", () =>
    Effect.gen(function*() {
      const { servers, store } = yield* Cluster
      const line = yield* makeTcpProxy(servers[0]!.clientPort)
      const hasty = yield* makeStore(`nats://127.0.0.1:${line.port}`, 300)
      const wire = yield* published()
      const all = Array.from({ length: 20 }, () => fresh(1))
      yield* line.holdAnswers
      const exits = yield* appendAll(hasty, all)
      assert.deepStrictEqual(exits.map(reasonOf), all.map(() => "AppendUnconfirmed" as const))
      yield* line.heal
      const last = fresh(1)
      yield* Effect.exit(append(hasty, last))
      yield* eventually("all were seen", Effect.sync(() => wire.seen.some(({ id }) => id === last.id)))
      assert.deepStrictEqual(wire.seen.map(({ id }) => id), [...all, last].map(({ id }) => id))
      assert.isNotEmpty(wire.shared())
      for (const { events, id } of all) {
        const found = (yield* read(store, id)).events
        assert.deepStrictEqual(found.map((event) => event.id), events.map((event) => event.id))
      }
    }))

  it.effect("one that throws when it is told does no harm to those of its batch", () =>
    Effect.gen(function*() {
      const { store } = yield* Cluster
      const services = yield* Effect.context()
      const told = new Map<string, ReadonlyArray<string | undefined>>()
      const all = Array.from({ length: 40 }, () => fresh(1))
      for (const [n, { events, id }] of all.entries()) {
        store.append.submit!([{ aggregateId: id, expected: start, events }], services, (exit) => {
          told.set(id, [...told.get(id) ?? [], reasonOf(exit)])
          if (n === 5) throw new Error("cannot be told")
        })
      }
      yield* eventually("all are told", Effect.sync(() => told.size === all.length))
      assert.deepStrictEqual(
        all.map(({ id }, n) => n === 5 ? [told.get(id)![0]] : told.get(id)),
        all.map(() => ["stored"])
      )
      const more = Array.from({ length: 300 }, () => fresh(1))
      yield* assertAllStored(store, more, yield* appendAll(store, more))
    }))

  it.effect("a batch that arrives after half of its commands were carried out elsewhere: each takes effect once", () =>
    Effect.gen(function*() {
      const { servers, url } = yield* Cluster
      const line = yield* makeTcpProxy(servers[0]!.clientPort)
      const own = yield* makeWriter(`nats://127.0.0.1:${line.port}`, { ackTimeout: 150, timeout: 350 })
      const other = yield* makeWriter(url, { ackTimeout: 5_000, timeout: 20_000 })
      const wire = yield* published()
      const diaries = Array.from({ length: 20 }, () => ({ id: makeAggregateId(), first: write(1), command: write(2) }))
      const each = <A, E, R>(does: (diary: typeof diaries[number], n: number) => Effect.Effect<A, E, R>) =>
        Effect.forEach(diaries, does, { concurrency: "unbounded" })
      yield* each(({ first, id }) => own.settle(id, first))
      yield* line.holdRequests
      yield* each(({ command, id }) => Effect.flip(own.tryOnce(id, command)))
      yield* each(({ command, id }, n) => n % 2 === 0 ? Effect.asVoid(other.settle(id, command)) : Effect.void)
      yield* line.heal
      yield* each(({ command, id }) => own.settle(id, command))
      yield* each(({ command, first, id }) =>
        Effect.map(
          other.pages(id),
          (pages) => assert.deepStrictEqual(pages.map(({ commandId }) => commandId), [first.id, command.id, command.id])
        )
      )
      assert.isNotEmpty(wire.shared())
    }))

  // The last one: it leaves the cluster with one server less for a while.
  it.effect("the leader is killed: what was acknowledged is stored once, nothing is lost, nothing doubled", () =>
    Effect.gen(function*() {
      const store = yield* makeStore((yield* Cluster).url, 1_000)
      const leader = yield* leaderOf()
      const asked: Array<Asked> = []
      const exits: Array<Exit.Exit<AppendedPositions, StoreError>> = []
      const writer = Effect.gen(function*() {
        const one = fresh(1 + asked.length % 2)
        asked.push(one)
        const index = asked.length - 1
        exits[index] = yield* Effect.exit(append(store, one))
        // Whoever was refused tries again a little later, as a line does.
        if (reasonOf(exits[index]) !== "stored") yield* Effect.delay(Effect.void, "50 millis")
      })
      const storedNow = () => exits.filter((exit) => exit !== undefined && Exit.isSuccess(exit)).length
      let before = Infinity
      yield* Effect.all([
        Effect.forEach(
          Array.from({ length: 60 }),
          () => Effect.repeat(writer, { until: () => storedNow() >= before + 500 }),
          { concurrency: "unbounded", discard: true }
        ),
        Effect.gen(function*() {
          yield* eventually("under way", Effect.sync(() => storedNow() > 500))
          yield* leader.kill
          before = storedNow()
        })
      ], { concurrency: 2 })
      yield* leader.start
      const stored = Map.groupBy(yield* scanAll(store), ({ aggregateId }) => aggregateId)
      for (const [n, { events, id }] of asked.entries()) {
        const found = (stored.get(id) ?? []).map((event) => [event.id, event.position])
        const own = events.map((event) => event.id)
        const exit = exits[n]!
        const reason = reasonOf(exit)
        assert.include(["stored", "AppendUnconfirmed", "StoreUnavailable"], reason)
        if (Exit.isSuccess(exit)) {
          assert.deepStrictEqual(found, own.map((each, index) => [each, exit.value[0][index] ?? null]))
        } else if (reason === "StoreUnavailable") assert.deepStrictEqual(found, [])
        else assert.include(["", String(own)], String(found.map(([each]) => each)))
      }
    }))
})
