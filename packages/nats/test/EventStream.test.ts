import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { makeAggregateId, makeEvent } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { EventStream } from "@cim-domain/nats/EventStream"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer } from "effect"
import { writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import {
  api,
  connection,
  eventStore,
  eventStream,
  type LogEntry,
  operator,
  prefix,
  recorded,
  streamName
} from "./Broker.ts"

/** What `nats stream add THINGS --subjects "things.events.>" --defaults` sends (natscli cli/stream_command.go). */
const byHand = {
  name: streamName,
  subjects: [`${prefix}.>`],
  retention: "limits",
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  discard: "old",
  storage: "file",
  num_replicas: 1,
  duplicate_window: 120_000_000_000,
  allow_direct: true,
  allow_rollup_hdrs: false,
  deny_delete: false,
  deny_purge: false
}

interface Info {
  readonly config: Record<string, unknown>
}

const streamOn = (url: string, options = {}) =>
  Effect.map(Layer.build(eventStream(options).pipe(Layer.provide(connection(url)))), Context.get(EventStream))

describe("EventStream", () => {
  it.live("creates a missing stream that forgets nothing", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const stream = yield* streamOn(server.url)
      assert.deepStrictEqual([stream.replicas, stream.allowAtomic, stream.allowDirect, stream.warnings], [
        1,
        true,
        true,
        []
      ])
      const { config } = (yield* api(yield* operator(server.url), `STREAM.INFO.${streamName}`)) as unknown as Info
      assert.deepInclude(config, {
        subjects: [`${prefix}.>`],
        storage: "file",
        retention: "limits",
        max_age: 0,
        max_bytes: -1,
        max_msgs: -1,
        max_msgs_per_subject: -1
      })
      const again = yield* streamOn(server.url)
      assert.strictEqual(again.incarnation, stream.incarnation)
    }))

  it.live("uses a stream made by hand, switches on only what it needs, and appends several events", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      yield* api(client, `STREAM.CREATE.${streamName}`, { ...byHand, description: "the operator's words" })
      yield* Effect.gen(function*() {
        assert.deepStrictEqual((yield* EventStream).warnings, [])
        yield* (yield* EventStore).append([{
          aggregateId: makeAggregateId(),
          expected: start,
          events: [makeEvent(), makeEvent()]
        }])
      }).pipe(Effect.provide(eventStore().pipe(Layer.provide(connection(server.url)))))
      const { config } = (yield* api(client, `STREAM.INFO.${streamName}`)) as unknown as Info
      assert.deepInclude(config, { allow_atomic: true, discard: "old", description: "the operator's words" })
    }))

  it.live("keeps limits of the operator and warns about them", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      const limits = { max_age: 31_536_000_000_000_000, max_bytes: 10_000_000_000 }
      yield* api(client, `STREAM.CREATE.${streamName}`, { ...byHand, ...limits })
      const logged: Array<LogEntry> = []
      const stream = yield* Effect.provide(streamOn(server.url), recorded(logged))
      assert.lengthOf(stream.warnings, 2)
      for (const warning of stream.warnings) assert.deepInclude(logged, { level: "Warn", message: warning })
      const { config } = (yield* api(client, `STREAM.INFO.${streamName}`)) as unknown as Info
      assert.deepInclude(config, limits)
    }))

  it.live("refuses a stream that stores other subjects", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      yield* api(yield* operator(server.url), `STREAM.CREATE.${streamName}`, { ...byHand, subjects: ["elsewhere.>"] })
      const error = yield* Effect.flip(streamOn(server.url))
      assert.strictEqual(error._tag, "StreamUnusable")
      assert.include(error.message, "elsewhere.>")
      assert.include(error.message, `${prefix}.>`)
    }))

  it.live("refuses to start when another stream has the subjects", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      yield* api(yield* operator(server.url), "STREAM.CREATE.OTHER", {
        ...byHand,
        name: "OTHER",
        subjects: ["things.>"]
      })
      const error = yield* Effect.flip(streamOn(server.url))
      assert.strictEqual(error._tag, "StreamUnusable")
      assert.include(error.message, "overlap")
    }))

  it.live("does not touch anything when it only reads", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const error = yield* Effect.flip(streamOn(server.url, { readOnly: true }))
      assert.strictEqual(error._tag, "StreamUnusable")
      assert.include(error.message, "does not exist")
      const client = yield* operator(server.url)
      yield* api(client, `STREAM.CREATE.${streamName}`, byHand)
      const stream = yield* streamOn(server.url, { readOnly: true })
      assert.isFalse(stream.allowAtomic)
      yield* api(client, `STREAM.UPDATE.${streamName}`, { ...byHand, sealed: true })
      yield* streamOn(server.url, { readOnly: true })
    }))

  it.live("runs degraded and says so when it may not change the stream", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({
        config: `authorization { users: [
          { user: admin, password: admin },
          { user: service, password: service, permissions: { publish: { deny: ["$JS.API.STREAM.UPDATE.>"] } } }
        ] }`
      })
      const admin = yield* operator(server.url, { user: "admin", pass: "admin" })
      yield* api(admin, `STREAM.CREATE.${streamName}`, byHand)
      const url = server.url.replace("nats://", "nats://service:service@")
      yield* Effect.gen(function*() {
        const stream = yield* EventStream
        assert.isFalse(stream.allowAtomic)
        assert.include(stream.warnings.join(), "allow_atomic")
        const store = yield* EventStore
        const id = makeAggregateId()
        const error = yield* Effect.flip(
          store.append([{ aggregateId: id, expected: start, events: [makeEvent(), makeEvent()] }])
        )
        assert.strictEqual(error.reason._tag, "AtomicAppendRefused")
        assert.lengthOf(yield* store.append([{ aggregateId: id, expected: start, events: [makeEvent()] }]), 1)
      }).pipe(Effect.provide(eventStore().pipe(Layer.provide(connection(url)))))
    }))

  it.live("waits for JetStream, says so once, and goes on when it comes", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const included = join(folder, "later.conf")
      yield* Effect.promise(() => writeFile(included, ""))
      const server = yield* NatsServer.server({
        jetstream: false,
        config: `trace: true\ninclude "../${basename(folder)}/later.conf"`
      })
      const logged: Array<LogEntry> = []
      const waiting = yield* Effect.forkChild(Effect.provide(streamOn(server.url), recorded(logged)))
      const asked = Effect.map(server.log, (log) => log.split(`PUB $JS.API.STREAM.INFO.${streamName}`).length - 1)
      yield* eventually("it asked several times", Effect.map(asked, (count) => count > 3))
      const line = `the broker at ${server.url} answers no JetStream requests: is JetStream enabled (-js)?`
      assert.lengthOf(logged.filter(({ message }) => message === line), 1)
      yield* Effect.promise(() => writeFile(included, `jetstream { store_dir: "${folder}" }`))
      yield* server.restart
      assert.isTrue((yield* Fiber.join(waiting)).allowAtomic)
    }))

  it.live("refuses a broker that is too old, before it creates anything", (context) =>
    Effect.gen(function*() {
      const binary = process.env["NATS_SERVER_OLD"]
      // Nothing else can stand in for a server that ignores the guard.
      if (binary === undefined) {
        const reason = "skipped: NATS_SERVER_OLD names no nats-server 2.10 or older"
        yield* Effect.logWarning(reason)
        return context.skip(reason) // said in the log, because reporters do not
      }
      const server = yield* NatsServer.server({ binary })
      const error = yield* Effect.flip(streamOn(server.url))
      assert.strictEqual(error._tag, "BrokerTooOld")
      assert.match(error.message, /nats-server 2\.(9|10)\.\d+ is too old/)
      assert.include(error.message, "2.14.4")
      const names = (yield* api(yield* operator(server.url), "STREAM.NAMES")) as {
        streams?: ReadonlyArray<string> | null
      }
      assert.deepStrictEqual(names.streams ?? [], [])
    }))

  it.live("notices that the stream was deleted, and that it was made anew", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url)
      for (const recreate of [false, true]) {
        const stream = yield* streamOn(server.url, { watchInterval: "20 millis" })
        const watching = yield* Effect.forkChild(Effect.flip(stream.watch))
        yield* api(client, `STREAM.DELETE.${streamName}`)
        if (recreate) yield* api(client, `STREAM.CREATE.${streamName}`, byHand)
        const error = yield* Fiber.join(watching)
        assert.strictEqual(error._tag === "StoreError" && error.reason._tag, "StoreMissing")
      }
    }))

  it.live("a new stream on a cluster has three replicas", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.cluster()
      assert.strictEqual((yield* streamOn(url)).replicas, 3)
    }))
})
