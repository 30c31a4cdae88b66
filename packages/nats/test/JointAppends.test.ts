import type { AppendParts } from "@cim-domain/event-sourcing/Append"
import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { assertNothingStored, assertPartsStored, makePart } from "@cim-domain/event-sourcing/testing/assertPartsStored"
import { appendOneByOne, makeAggregateId } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, layer } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Fiber, Layer, Schedule } from "effect"
import {
  api,
  connection,
  eventStore,
  fromStart,
  type LogEntry,
  operator,
  prefix,
  recorded,
  streamName
} from "./Broker.ts"

/** An append to several aggregates is stored as a whole or not at all, whatever becomes of it on its way. */

class Brokers extends Context.Service<Brokers, { readonly servers: ReadonlyArray<NatsServer> }>()(
  "@cim-domain/nats/test/JointAppends.test/Brokers"
) {}

type Store = EventStore["Service"]

/** A store with a connection of its own. */
const makeStore = Effect.fnUntraced(function*(url: string, ackTimeout = 20_000) {
  const layer = eventStore({ ackTimeout }, { watchInterval: "1 hour" }).pipe(Layer.provide(connection(url)))
  return Context.get(yield* Layer.build(layer), EventStore)
})

const on = <E, R>(servers: Effect.Effect<ReadonlyArray<NatsServer>, E, R>) =>
  Layer.unwrap(
    Effect.map(servers, (all) =>
      eventStore({ ackTimeout: 20_000 }).pipe(
        Layer.provide(connection(all.map(({ url }) => url).join(","))),
        Layer.merge(Layer.succeed(Brokers, { servers: all }))
      ))
  )
const oneBroker = on(Effect.map(NatsServer.server(), (server) => [server]))
const threeBrokers = on(Effect.map(NatsServer.cluster({ advertise: false }), ({ servers }) => servers))

const anOperator = Effect.flatMap(Brokers, ({ servers }) => operator(servers.map(({ url }) => url)))

/** A store behind a line that can be broken, and three parts for it: of a new aggregate and of two known ones. */
const setUp = Effect.fnUntraced(function*(ackTimeout: number) {
  const { servers } = yield* Brokers
  const line = yield* makeTcpProxy(servers[0]!.clientPort)
  const store = yield* makeStore(`nats://127.0.0.1:${line.port}`, ackTimeout)
  return { line, store, parts: yield* makeParts(1) }
})

const makeParts = Effect.fnUntraced(function*(count: number) {
  const [fresh, one, other] = [makeAggregateId(), makeAggregateId(), makeAggregateId()]
  const parts: AppendParts = [
    makePart(one, yield* appendOneByOne(one, 1), count),
    makePart(fresh, start, count),
    makePart(other, yield* appendOneByOne(other, 2), 2 * count)
  ]
  return parts
})

const before = (parts: AppendParts) => parts.map(({ aggregateId, expected }) => [aggregateId, expected] as const)
const idsOf = (parts: AppendParts) => parts.map(({ aggregateId }) => aggregateId)

const reasonOf = (exit: Exit.Exit<unknown, StoreError>) =>
  Exit.isSuccess(exit) ? "stored" : exit.cause.reasons.find(Cause.isFailReason)?.error.reason._tag

/** How many events the aggregates have behind what the parts expect. */
const found = (store: Store, parts: AppendParts) =>
  Effect.forEach(parts, ({ aggregateId, expected }) =>
    Effect.map(
      Effect.retry(store.read(aggregateId, fromStart), {
        while: ({ isRetryable }) => isRetryable,
        schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))
      }),
      ({ head }) => head.version - expected.version
    ))

const counts = (parts: AppendParts) => parts.map(({ events }) => events.length)

interface Stored {
  readonly message: { readonly subject: string; readonly hdrs: string }
}

/** What is published to the stream from now on, by its batch. */
const published = Effect.fnUntraced(function*() {
  const client = yield* anOperator
  const batches: Array<{ readonly batch: string; readonly id: string }> = []
  client.subscribe(`${prefix}.>`, {
    callback: (_, message) => {
      batches.push({
        batch: message.headers?.get("Nats-Batch-Id") ?? "",
        id: message.subject.split(".").at(-2)!
      })
    }
  })
  yield* Effect.promise(() => client.flush())
  return batches
})

for (const [where, brokers] of [["one broker", oneBroker], ["three brokers", threeBrokers]] as const) {
  layer(brokers, { timeout: "90 seconds", excludeTestServices: true })(`an append to several on ${where}`, (it) => {
    it.effect("is one batch in which the first event of each aggregate has its guard, and no other event has one", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const parts = yield* makeParts(2)
        const [first, ...rest] = (yield* store.append(parts)).flat()
        const client = yield* anOperator
        const messages = yield* Effect.forEach([first!, ...rest], (seq) =>
          Effect.map(
            api(client, `STREAM.MSG.GET.${streamName}`, { seq }),
            (found) => (found as unknown as Stored).message
          ))
        const guards = messages.map(({ hdrs, subject }) => {
          const headers = new Map(
            Buffer.from(hdrs, "base64").toString().split("\r\n").map((text) => text.split(": ") as [string, string])
          )
          assert.strictEqual(headers.get("Nats-Batch-Id")?.length, 22)
          return [
            subject.split(".").at(-2),
            headers.get("Nats-Expected-Last-Subject-Sequence-Subject"),
            headers.get("Nats-Expected-Last-Subject-Sequence"),
            headers.get("Nats-Batch-Sequence")
          ]
        })
        const expected = parts.flatMap(({ aggregateId, events, expected: { position } }) =>
          events.map((_, n) =>
            n === 0
              ? [aggregateId, `${prefix}.${aggregateId}.>`, String(position)]
              : [aggregateId, undefined, undefined]
          )
        )
        assert.deepStrictEqual(guards, expected.map((guard, n) => [...guard, String(n + 1)]))
      }))

    it.effect("shares its batch with nobody, and a stale one harms nobody", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const [good, stale] = [yield* makeParts(1), yield* makeParts(1)]
        const [wrong, ...right] = stale
        const wire = yield* published()
        const singles = Array.from({ length: 60 }, (): AppendParts => [makePart(makeAggregateId(), start)])
        const late: AppendParts = [{ ...wrong, expected: start }, ...right]
        const all = singles.toSpliced(20, 0, good).toSpliced(40, 0, late)
        const exits = yield* Effect.forEach(all, (parts) => Effect.exit(store.append(parts)), {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(exits.map(reasonOf), all.map((parts) => parts === late ? "VersionConflict" : "stored"))
        yield* Effect.forEach(
          all,
          (parts, n) => Exit.isSuccess(exits[n]!) ? assertPartsStored(parts, exits[n].value) : Effect.void,
          { concurrency: 8, discard: true }
        )
        yield* assertNothingStored(before(stale))
        const known = new Set(all.flatMap(idsOf))
        yield* eventually(
          "all were seen",
          Effect.sync(() => new Set(wire.map(({ id }) => id)).size === known.size)
        )
        const own = [good, late].map((parts) =>
          parts.flatMap(({ aggregateId, events }) => events.map(() => aggregateId))
        )
        const batches = Map.groupBy(wire, ({ batch }) => batch)
        for (const ids of own) {
          const { batch } = wire.find(({ id }) => id === ids[0])!
          assert.deepStrictEqual(batches.get(batch)?.map(({ id }) => id), ids)
        }
      }))

    it.effect("stored, acknowledgement lost: unconfirmed, of all of them; and is not stored again", () =>
      Effect.gen(function*() {
        const { line, parts, store } = yield* setUp(300)
        yield* line.holdAnswers
        const { reason } = yield* Effect.flip(store.append(parts))
        assert.deepInclude(reason, { _tag: "AppendUnconfirmed", alreadySeen: false })
        assert.deepStrictEqual("aggregateIds" in reason && reason.aggregateIds, idsOf(parts))
        const other = yield* EventStore
        assert.deepStrictEqual(yield* found(other, parts), counts(parts))
        yield* line.heal
        const again = yield* Effect.flip(store.append(parts))
        assert.include(["VersionConflict", "AppendUnconfirmed"], again.reason._tag)
        // Where all guards hold it is the ids that tell.
        const ends = yield* Effect.forEach(
          parts,
          (part) => Effect.map(other.read(part.aggregateId, fromStart), ({ head }) => ({ ...part, expected: head }))
        )
        const seen = yield* Effect.flip(store.append(ends as unknown as AppendParts))
        assert.deepInclude(seen.reason, { _tag: "AppendUnconfirmed", alreadySeen: true })
        assert.deepStrictEqual(yield* found(other, parts), counts(parts))
      }))

    it.effect("one event of it stored before: nothing of it is stored", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const [first, ...rest] = yield* makeParts(1)
        const { aggregateId, events } = rest.at(-1)!
        const [position] = (yield* store.append([{ ...first, events: [events[0]] }])).flat()
        const { reason } = yield* Effect.flip(
          store.append([
            { ...first, expected: { version: 2, position: position! }, events: [first.events[0]] },
            ...rest
          ])
        )
        assert.deepInclude(reason, { _tag: "AppendUnconfirmed", alreadySeen: true })
        assert.include("aggregateIds" in reason ? reason.aggregateIds : [], aggregateId)
        yield* assertNothingStored([
          [first.aggregateId, { version: 2, position: position! }],
          ...rest.map((part) => [part.aggregateId, part.expected] as const)
        ])
      }))

    it.effect("lost on its way: unconfirmed, nothing is stored, and the same again is stored once", () =>
      Effect.gen(function*() {
        const { line, parts, store } = yield* setUp(2_000)
        yield* line.holdRequests
        const appending = yield* Effect.forkChild(Effect.flip(store.append(parts)), { startImmediately: true })
        yield* eventually("it is on its way", line.isHolding)
        yield* line.cut
        assert.strictEqual((yield* Fiber.join(appending)).reason._tag, "AppendUnconfirmed")
        yield* assertNothingStored(before(parts))
        yield* line.heal
        const positions = yield* Effect.retry(store.append(parts), {
          while: ({ isRetryable }) => isRetryable,
          schedule: Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))
        })
        yield* assertPartsStored(parts, positions)
      }))

    it.effect("arriving after somebody else has appended to the last of them: nothing of it is stored", () =>
      Effect.gen(function*() {
        const { line, parts, store } = yield* setUp(300)
        yield* line.holdRequests
        assert.strictEqual((yield* Effect.flip(store.append(parts))).reason._tag, "AppendUnconfirmed")
        const { aggregateId, expected } = parts.at(-1)!
        const moved = yield* appendOneByOne(aggregateId, 1, expected)
        yield* line.heal
        // It goes the same way as what was held up, and after it.
        const last: AppendParts = [makePart(makeAggregateId(), start)]
        yield* Effect.exit(store.append(last))
        const other = yield* EventStore
        yield* eventually("what was held up has arrived", Effect.map(found(other, last), ([count]) => count === 1))
        yield* assertNothingStored([...before(parts).slice(0, -1), [aggregateId, moved]])
      }))

    it.effect("cut off anywhere: all of it is stored or nothing", () =>
      Effect.gen(function*() {
        const { line, store } = yield* setUp(2_000)
        const other = yield* EventStore
        const seen = new Set<string>()
        for (const share of [0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.2]) {
          const parts = yield* makeParts(2)
          yield* line.cutAfter(Math.round(share * 8 * 600))
          const exit = yield* Effect.exit(store.append(parts))
          const stored = yield* found(other, parts)
          seen.add(String(stored))
          assert.include([String(counts(parts)), "0,0,0"], String(stored))
          if (Exit.isSuccess(exit)) yield* assertPartsStored(parts, exit.value)
          yield* line.heal
          yield* eventually(
            "connected again",
            Effect.map(Effect.exit(store.append([makePart(makeAggregateId(), start)])), Exit.isSuccess)
          )
        }
        assert.include([...seen], "0,0,0")
      }))

    it.effect("without allow_atomic is refused by that name, and nothing is stored; a single event is", () =>
      Effect.gen(function*() {
        const { servers } = yield* Brokers
        const logged: Array<LogEntry> = []
        const store = yield* Effect.provide(makeStore(servers[0]!.url), recorded(logged))
        const client = yield* anOperator
        const { config } = (yield* api(client, `STREAM.INFO.${streamName}`)) as unknown as { config: object }
        const parts = yield* makeParts(1)
        yield* Effect.acquireUseRelease(
          api(client, `STREAM.UPDATE.${streamName}`, { ...config, allow_atomic: false }),
          () =>
            Effect.gen(function*() {
              const several = makePart(makeAggregateId(), start, 2)
              for (const refused of [parts, [several]] as const) {
                const error = yield* Effect.flip(store.append(refused))
                assert.deepInclude(error, { isRetryable: false })
                assert.strictEqual(error.reason._tag, "AtomicAppendRefused")
                assert.include(error.message, "allow_atomic")
                yield* assertNothingStored(before(refused))
              }
              // It has looked, and knows.
              assert.strictEqual(store.appendMax, 1)
              const told = logged.filter(({ message }) => message.includes("allow_atomic was switched off"))
              assert.lengthOf(told, 1)
              const single: AppendParts = [makePart(makeAggregateId(), start)]
              yield* assertPartsStored(single, yield* store.append(single))
            }),
          () => api(client, `STREAM.UPDATE.${streamName}`, config)
        )
      }))

    it.effect("given up while it waits is not sent", () =>
      Effect.gen(function*() {
        const store = yield* EventStore
        const services = yield* Effect.context()
        const all = yield* Effect.forEach(Array.from({ length: 40 }), () => makeParts(1))
        const wire = yield* published()
        const told: Array<number> = []
        const leaving = all.map((parts, n) =>
          store.append.submit!(parts, services, (exit) => {
            assert.strictEqual(reasonOf(exit), "stored")
            told.push(n)
          })
        )
        for (let n = 20; n < 40; n++) leaving[n]?.()
        yield* eventually("the first ones are stored", Effect.sync(() => told.length >= 20))
        const last: AppendParts = [makePart(makeAggregateId(), start)]
        yield* store.append(last)
        yield* eventually("all were seen", Effect.sync(() => wire.some(({ id }) => id === last[0].aggregateId)))
        const first = new Set(all.slice(0, 20).flatMap(idsOf))
        const sent = new Set(wire.map(({ id }) => id).filter((id) => id !== last[0].aggregateId))
        assert.deepStrictEqual(told.toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, n) => n))
        assert.deepStrictEqual([...sent].filter((id) => !first.has(id)), [])
      }))

    // The last one: it leaves the brokers with one less for a while.
    it.effect("while its broker, or the leader of three, is killed: what was acknowledged is stored, all else as a whole or not at all", () =>
      Effect.gen(function*() {
        const { servers } = yield* Brokers
        const store = yield* makeStore(servers.map(({ url }) => url).join(","), 1_000)
        const client = yield* anOperator
        const info = (yield* api(client, `STREAM.INFO.${streamName}`)) as { cluster?: { leader?: string } }
        const leader = servers[info.cluster?.leader === undefined ? 0 : Number(info.cluster.leader.slice(1)) - 1]!
        const asked: Array<readonly [AppendParts, Exit.Exit<ReadonlyArray<ReadonlyArray<number>>, StoreError>]> = []
        const storedNow = () => asked.filter(([, exit]) => Exit.isSuccess(exit)).length
        let enough = Infinity
        const write = Effect.gen(function*() {
          const [one, other] = [makePart(makeAggregateId(), start, 2), makePart(makeAggregateId(), start)]
          const parts: AppendParts = [one, other]
          const exit = yield* Effect.exit(store.append(parts))
          asked.push([parts, exit])
        })
        const writers = yield* Effect.forkChild(Effect.forEach(
          Array.from({ length: 20 }),
          // Whoever was refused tries again a little later, as a line does.
          () => Effect.repeat(write, { until: () => storedNow() >= enough, schedule: Schedule.spaced("20 millis") }),
          { concurrency: "unbounded", discard: true }
        ))
        yield* eventually("under way", Effect.sync(() => storedNow() > 100))
        yield* leader.kill
        enough = storedNow() + 100
        if (servers.length === 1) yield* leader.start
        yield* Fiber.join(writers)
        if (servers.length > 1) yield* leader.start
        for (const [parts, exit] of asked) {
          const reason = reasonOf(exit)
          assert.include(["stored", "AppendUnconfirmed", "StoreUnavailable"], reason)
          const stored = String(yield* found(store, parts))
          if (reason === "stored") assert.strictEqual(stored, "2,1")
          else if (reason === "StoreUnavailable") assert.strictEqual(stored, "0,0")
          else assert.include(["0,0", "2,1"], stored)
        }
      }))
  })
}
