import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { EventStream } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually, patiently } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import type { NatsConnection as Client } from "@nats-io/transport-node"
import { Context, Effect, Layer } from "effect"
import { streamSettings } from "../src/stream/streamSettings.ts"
import { api, connection, type LogEntry, operator, recorded } from "./Broker.ts"

type Config = Readonly<Record<string, unknown>>

/** What is set, what becomes of the stream by it, what has to be said of it, and how it is mended where it can be. */
interface Case {
  readonly set: Config
  readonly verdict: "warning" | "unusable"
  readonly says: string
  /** The broker takes it only when a stream is made. */
  readonly atStartOnly?: boolean
  /** The broker takes it only of a stream that is there. */
  readonly whileRunningOnly?: boolean
  readonly mend?: Config
}

const nanos = 1_000_000_000

const casesOf = (name: string): ReadonlyArray<Case> => [
  {
    set: { subject_transform: { src: `${name}.events.>`, dest: `${name}.elsewhere.>` } },
    verdict: "unusable",
    says: "subject_transform",
    mend: { subject_transform: null }
  },
  { set: { retention: "interest" }, verdict: "unusable", says: "interest", mend: { retention: "limits" } },
  { set: { retention: "workqueue" }, verdict: "unusable", says: "workqueue", atStartOnly: true },
  { set: { sealed: true }, verdict: "unusable", says: "sealed", whileRunningOnly: true },
  { set: { no_ack: true }, verdict: "unusable", says: "no_ack", mend: { no_ack: false } },
  { set: { allow_msg_counter: true }, verdict: "unusable", says: "allow_msg_counter", atStartOnly: true },
  {
    set: { subjects: [`${name}.other.>`] },
    verdict: "unusable",
    says: "needed is",
    mend: { subjects: [`${name}.events.>`] }
  },
  {
    set: { subjects: [`${name}.events.*.happened`] },
    verdict: "unusable",
    says: "needed is",
    mend: { subjects: [`${name}.events.>`] }
  },
  { set: { mirror: { name: "ORIGIN" }, subjects: [] }, verdict: "unusable", says: "mirror", atStartOnly: true },
  { set: { sources: [{ name: "ORIGIN" }] }, verdict: "unusable", says: "sources", mend: { sources: [] } },
  {
    set: { subject_delete_marker_ttl: 2 * nanos },
    verdict: "unusable",
    says: "subject_delete_marker_ttl",
    mend: { subject_delete_marker_ttl: 0 }
  },
  { set: { subjects: [`${name}.>`] }, verdict: "warning", says: "also stores" },
  { set: { max_age: 3_600 * nanos }, verdict: "warning", says: "max_age" },
  { set: { max_msgs: 1_000 }, verdict: "warning", says: "max_msgs" },
  { set: { max_bytes: 1_000_000 }, verdict: "warning", says: "max_bytes" },
  { set: { max_msgs_per_subject: 9 }, verdict: "warning", says: "max_msgs_per_subject" },
  { set: { storage: "memory" }, verdict: "warning", says: "memory", atStartOnly: true },
  { set: { persist_mode: "async" }, verdict: "warning", says: "persist_mode", atStartOnly: true },
  { set: { allow_msg_ttl: true }, verdict: "warning", says: "allow_msg_ttl" },
  { set: { allow_rollup_hdrs: true }, verdict: "warning", says: "allow_rollup_hdrs" },
  { set: { allow_msg_schedules: true }, verdict: "warning", says: "allow_msg_schedules" },
  { set: { allow_direct: false }, verdict: "warning", says: "allow_direct", whileRunningOnly: true },
  { set: { allow_atomic: false }, verdict: "warning", says: "allow_atomic", whileRunningOnly: true },
  { set: { mirror_direct: true }, verdict: "warning", says: "mirror_direct", whileRunningOnly: true }
]

const base = (name: string): Config => ({
  name,
  subjects: [`${name}.events.>`],
  storage: "file",
  num_replicas: 1,
  allow_direct: true
})

/** A broker that has just started may fail to make the files of its first stream on a busy machine. */
const create = (client: Client, name: string, config: Config) =>
  Effect.retry(Effect.catchDefect(api(client, `STREAM.CREATE.${name}`, config), Effect.fail), patiently("2 seconds"))

const update = Effect.fnUntraced(function*(client: Client, name: string, change: Config) {
  const { config } = (yield* api(client, `STREAM.INFO.${name}`)) as unknown as { readonly config: Config }
  const changed = Object.fromEntries(Object.entries({ ...config, ...change }).filter(([, value]) => value !== null))
  yield* api(client, `STREAM.UPDATE.${name}`, changed)
})

/** Event store and stream on a stream of that name. */
const storeOn = (url: string, name: string, watchInterval: "20 millis" | "1 hour" = "20 millis") =>
  Layer.build(
    JetStreamEventStore.layer({ ackTimeout: "300 millis" }).pipe(
      Layer.provideMerge(EventStream.layer({ name, subjectPrefix: `${name}.events`, watchInterval })),
      Layer.provide(connection(url))
    )
  )

describe("settings of a stream on a real broker", () => {
  it.live("at the start: what is unusable ends it with the setting and the cure, what endangers events is warned of", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      for (const [index, { says, set, verdict, whileRunningOnly }] of casesOf("S").entries()) {
        if (whileRunningOnly === true) continue
        const name = `S${index}`
        const own = casesOf(name)[index]!.set
        yield* create(client, name, { ...base(name), ...own })
        const logged: Array<LogEntry> = []
        const started = yield* Effect.provide(
          Effect.result(Effect.scoped(storeOn(server.url, name))),
          recorded(logged)
        )
        const what = `${JSON.stringify(set)}: ${JSON.stringify(started)}`
        if (verdict === "unusable") {
          assert.isTrue(started._tag === "Failure" && started.failure._tag === "StreamUnusable", what)
          const { message } = started._tag === "Failure" ? started.failure : { message: "" }
          assert.include(message, says)
          assert.match(message, /nats stream |make another stream/)
          assert.notInclude(message, "\n")
        } else {
          assert.strictEqual(started._tag, "Success", what)
          assert.isTrue(logged.some(({ level, message }) => level === "Warn" && message.includes(says)), what)
        }
        yield* api(client, `STREAM.DELETE.${name}`)
      }
    }))

  it.live("atomic batches that are switched off while it runs are asked for no more, and again when they are on", () =>
    Effect.scoped(Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      yield* create(client, "ATOMIC", base("ATOMIC"))
      const services = yield* storeOn(server.url, "ATOMIC")
      yield* Effect.forkScoped(Context.get(services, EventStream).watch)
      const store = Context.get(services, EventStore)
      const most = Effect.sync(() => store.appendMax)
      assert.isAbove(yield* most, 1)
      yield* update(client, "ATOMIC", { allow_atomic: false })
      yield* eventually("one event at a time", Effect.map(most, (events) => events === 1))
      assert.strictEqual(store.batchFrom, Number.POSITIVE_INFINITY)
      yield* update(client, "ATOMIC", { allow_atomic: true })
      yield* eventually("many again", Effect.map(most, (events) => events > 1))
    })))

  it.live(
    "while it runs: an unusable stream is said once and takes nothing until it is mended, a risky one is warned of",
    () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server()
        const client = yield* operator(server.url)
        yield* create(client, "ORIGIN", base("ORIGIN"))
        yield* Effect.forEach(casesOf("R").entries(), ([index, { atStartOnly }]) => {
          if (atStartOnly === true) return Effect.void
          const name = `R${index}`
          return Effect.scoped(whileRunning(server.url, client, name, casesOf(name)[index]!))
        }, { concurrency: 4, discard: true })
      }),
    120_000
  )

  it.live("an event that is acknowledged and cannot be found is noticed by the next command, without any look at the stream", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      const store = Context.get(yield* storeOn(server.url, "T", "1 hour"), EventStore)
      const id = makeAggregateId()
      yield* store.append([{ aggregateId: id, expected: start, events: [makeEvent()] }])
      yield* update(client, "T", { subject_transform: { src: "T.events.>", dest: "T.elsewhere.>" } })
      const [[position]] = yield* store.append([{
        aggregateId: id,
        expected: { version: 1, position: 1 },
        events: [makeEvent()]
      }])
      const refused = yield* Effect.flip(
        store.append([{ aggregateId: id, expected: { version: 2, position: position! }, events: [makeEvent()] }])
      )
      assert.strictEqual(refused.reason._tag, "VersionConflict")
      const error = yield* Effect.flip(store.read(id, Effect.succeed({ version: 2, position: position! })))
      assert.strictEqual(error.reason._tag, "StoreUnusable")
      const other = yield* Effect.flip(
        store.append([{ aggregateId: makeAggregateId(), expected: start, events: [makeEvent()] }])
      )
      assert.strictEqual(other.reason._tag, "StoreUnusable")
    }))

  it.live("the broker knows no setting that is not in the table", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      const names = new Set(streamSettings.map(({ name }) => name))
      const config = {
        ...base("ALL"),
        description: "d",
        metadata: { a: "b" },
        republish: { src: "ALL.events.>", dest: "r.>" }
      }
      yield* create(client, "ALL", config)
      const info = (yield* api(client, "STREAM.INFO.ALL")) as unknown as { readonly config: Config }
      assert.deepStrictEqual(Object.keys(info.config).filter((name) => !names.has(name)), [])
    }))
})

const whileRunning = Effect.fnUntraced(function*(
  url: string,
  client: Client,
  name: string,
  { mend, says, set, verdict }: Case
) {
  const logged: Array<LogEntry> = []
  const lines = (level: string) => logged.filter((line) => line.level === level && line.message.includes(says))
  yield* create(client, name, base(name))
  const services = yield* Effect.provide(storeOn(url, name), recorded(logged))
  const store = Context.get(services, EventStore)
  yield* Effect.forkScoped(Effect.provide(Context.get(services, EventStream).watch, recorded(logged)))
  const append = Effect.suspend(() =>
    Effect.result(store.append([{ aggregateId: makeAggregateId(), expected: start, events: [makeEvent()] }]))
  )
  assert.strictEqual((yield* append)._tag, "Success")

  yield* update(client, name, set)
  if (verdict === "warning") {
    yield* eventually(`a warning of ${says}`, Effect.sync(() => lines("Warn").length > 0))
    assert.strictEqual((yield* append)._tag, "Success")
    return assert.lengthOf(lines("Warn"), 1)
  }
  const isRefused = Effect.map(
    append,
    (result) => result._tag === "Failure" && result.failure.reason._tag === "StoreUnusable"
  )
  yield* eventually(`${says} is noticed`, isRefused)
  for (let n = 0; n < 10; n++) assert.isTrue(yield* isRefused, "once it is refused, nothing is stored any more")
  assert.lengthOf(logged.filter(({ level }) => level === "Error"), 1)
  assert.lengthOf(lines("Error"), 1)
  if (mend === undefined) return
  yield* update(client, name, mend)
  yield* eventually(`${says} is mended`, Effect.map(append, ({ _tag }) => _tag === "Success"))
  assert.lengthOf(logged.filter(({ message }) => message.includes("can be used again")), 1)
})
