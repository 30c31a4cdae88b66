import { start } from "@cim-domain/event-sourcing"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore, NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventPrefix } from "@cim-domain/organization"
import { startProgram } from "@cim-domain/testbed/Program"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Result, Schedule, Stream } from "effect"
import { join } from "node:path"
import { ask, askUntilSettled, connectionTo } from "./Client.ts"
import { command, creation, hostile, newId } from "./messages.ts"

const eventStore = JetStreamEventStore.layer().pipe(
  Layer.provide(EventStream.layer({ name: "ORGANIZATION_EVENTS", subjectPrefix: eventPrefix }))
)

/** Every event in the stream: organization and type, in order. */
const everything = Effect.gen(function*() {
  const store = yield* EventStore
  const marker = newId()
  yield* ask(creation(marker))
  return yield* store.follow(0).pipe(
    Stream.takeUntil((event) => event.aggregateId === marker),
    Stream.filter((event) => event.aggregateId !== marker),
    Stream.runCollect
  )
}).pipe(Effect.provide(eventStore))

const threeReplicas = (url: string) =>
  Effect.gen(function*() {
    const replicas = yield* Effect.forEach([1, 2, 3], () => startReplica({ NATS_URL: url }))
    yield* Effect.forEach(replicas, (replica) => replica.logged("ready"), { concurrency: 3 })
    return replicas
  })

it.live(
  "1 000 creations through three replicas: each handled once, all three take part, a stop is clean",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const replicas = yield* threeReplicas(url)
      yield* Effect.gen(function*() {
        const ids = Array.from({ length: 1_000 }, newId)
        const answers = yield* Effect.forEach(ids, (id) => ask(creation(id)), { concurrency: 64 })
        assert.isTrue(answers.every((said) => said.status === "ok" && said.outcome === "applied" && said.version === 1))
        const events = yield* everything
        assert.deepStrictEqual(events.map((event) => event.aggregateId).toSorted(), ids.toSorted())
        assert.isTrue(events.every((event) => event.type === "OrganizationCreated"))
      }).pipe(Effect.provide(connectionTo(url)))

      yield* Effect.forEach(replicas, (replica) => replica.signal("SIGTERM"))
      assert.deepStrictEqual(yield* Effect.forEach(replicas, (replica) => replica.exit), [0, 0, 0])
      const shares = yield* Effect.forEach(
        replicas,
        (replica) => Effect.map(replica.logged("stopped"), (line) => Number(line.annotations["commands"]))
      )
      assert.isTrue(shares.every((share) => share > 100), `shares ${shares.join(", ")}`)
      assert.strictEqual(shares.reduce((sum, share) => sum + share), 1_001)
    }),
  { timeout: 60_000 }
)

it.live(
  "kill -9 of one replica under load: no acknowledged command is lost, none happens twice",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const [victim] = yield* threeReplicas(url)
      yield* Effect.gen(function*() {
        const ids = Array.from({ length: 1_500 }, newId)
        let answered = 0
        const answers = yield* Effect.forEach(ids, (id) => {
          const sent = creation(id)
          return askUntilSettled(sent).pipe(
            Effect.tap(() => ++answered === 300 ? victim!.signal("SIGKILL") : Effect.void)
          )
        }, { concurrency: 64 })
        assert.strictEqual(yield* victim!.exit, "SIGKILL")
        assert.isTrue(answers.every((said) => said.status === "ok"))
        const events = yield* everything
        assert.deepStrictEqual(events.map((event) => event.aggregateId).toSorted(), ids.toSorted())
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  { timeout: 90_000 }
)

it.live(
  "a replica that is told to stop, or whose terminal is closed, answers what it has taken",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const signals = ["SIGINT", "SIGHUP", "SIGQUIT"] as const
      const replicas = yield* threeReplicas(url)
      // Mean nothing, and must not end it or open a port.
      yield* Effect.forEach(replicas, ({ signal }) => Effect.andThen(signal("SIGUSR1"), signal("SIGUSR2")))
      yield* Effect.gen(function*() {
        let sent = 0
        const stop = Effect.forEach(replicas, ({ signal }, index) => signal(signals[index]!), { discard: true })
        const answers = yield* Effect.forEach(Array.from({ length: 600 }, newId), (id) =>
          Effect.result(Effect.andThen(
            Effect.suspend(() => ++sent === 200 ? stop : Effect.void),
            ask(creation(id))
          )), {
          concurrency: 48
        })
        const failures = answers.flatMap((answer) => answer._tag === "Failure" ? [answer.failure.reason._tag] : [])
        assert.isAbove(failures.length, 0)
        assert.deepStrictEqual([...new Set(failures)], ["NoResponders"])
        assert.deepStrictEqual(yield* Effect.forEach(replicas, ({ exit }) => exit), [0, 0, 0])
        const text = replicas.map(({ output }) => output()).join("")
        assert.include(text, "SIGUSR1 means nothing")
        assert.notInclude(text, "Debugger")
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  { timeout: 60_000 }
)

it.live("of further signals only a second Ctrl-C makes an end at once", () =>
  Effect.gen(function*() {
    // Neither answers, nor closes a connection: a stop takes its time.
    const broker = yield* NatsServer.server()
    const replica = yield* startReplica({ NATS_URL: broker.url })
    yield* replica.logged("ready")
    yield* broker.pause
    const first = ["SIGINT", "SIGTERM", "SIGHUP", "SIGTERM", "SIGQUIT"] as const
    yield* Effect.forEach(first, replica.signal, { discard: true })
    const again = Effect.andThen(
      Effect.repeat(replica.signal("SIGINT"), Schedule.spaced("50 millis")),
      Effect.never
    )
    assert.strictEqual(yield* Effect.raceFirst(replica.exit, again), 130)
    yield* broker.resume
  }), { timeout: 30_000 })

it.live(
  "a socket that breaks unheard is no end; an unexpected error is, in one line and with what was being done",
  () =>
    Effect.gen(function*() {
      const program = yield* startProgram({ file: join(import.meta.dirname, "strayErrors.ts") })
      assert.strictEqual(yield* program.exit, 1)
      assert.deepStrictEqual(program.log().map(({ level }) => level), ["WARN", "WARN", "FATAL"])
      assert.strictEqual(program.log()[0]!.message, "LeakWarning: several\nlines")
      assert.match(String(program.log()[1]!.message), /^a connection broke: /)
      const lines = program.output().trimEnd().split("\n")
      assert.lengthOf(lines, 3)
      assert.include(lines[2], "expects this")
      assert.include(lines[2], "strayErrors.ts")
    }),
  { timeout: 30_000 }
)

it.live("messages that no client should send are answered, and the replica lives on", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server({ maxPayloadBytes: 4 * 1_048_576 })
    const replica = yield* startReplica({ NATS_URL: url })
    yield* replica.logged("ready")
    yield* Effect.gen(function*() {
      for (const { code, name, ...sent } of hostile) {
        assert.strictEqual((yield* ask(sent)).failure?.code, code, name)
      }
      const large = creation(newId(), { description: "x".repeat(2 * 1_048_576) })
      assert.deepInclude((yield* ask(large)).failure, { code: "LIMIT_EXCEEDED" })
      assert.strictEqual((yield* ask(creation(newId()))).outcome, "applied")
    }).pipe(Effect.provide(connectionTo(url)))
  }), { timeout: 60_000 })

it.live("LOG_LEVEL decides what is logged, as one JSON object a line", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    for (const [level, expected] of [["info", 0], ["debug", 1]] as const) {
      const replica = yield* startReplica({ NATS_URL: url, LOG_LEVEL: level })
      yield* replica.logged("ready")
      yield* Effect.provide(ask(creation(newId())), connectionTo(url))
      assert.strictEqual(yield* replica.stop, 0)
      const answered = replica.log().filter((line) => line.message === "command answered")
      assert.strictEqual(answered.length, expected)
      assert.isTrue(answered.every((line) => line.annotations["stream_sequence"] !== null))
    }
  }), { timeout: 30_000 })

it.live("a broker that accepts 1 MiB refuses a 2 MiB body at the sender", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    yield* Effect.gen(function*() {
      const error = yield* Effect.flip(ask(creation(newId(), { description: "x".repeat(2 * 1_048_576) })))
      assert.strictEqual(error.reason._tag, "MessageTooLarge")
    }).pipe(Effect.provide(connectionTo(url)))
  }))

it.live("a stream made by hand with the defaults of the nats command is used as it is", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    yield* Effect.gen(function*() {
      const { main } = yield* NatsConnection
      const config = {
        name: "ORGANIZATION_EVENTS",
        subjects: ["organization.events.>"],
        retention: "limits",
        storage: "file",
        discard: "old",
        num_replicas: 1,
        allow_direct: true,
        duplicate_window: 120_000_000_000
      }
      const created = yield* main.request("$JS.API.STREAM.CREATE.ORGANIZATION_EVENTS", JSON.stringify(config), {
        timeoutMillis: 5_000
      })
      assert.notInclude(created.string(), "\"error\"")
      const replica = yield* startReplica({ NATS_URL: url })
      yield* replica.logged("ready")
      const id = newId()
      assert.strictEqual((yield* ask(creation(id))).outcome, "applied")
      assert.strictEqual((yield* ask(command("UpdateOrganization", id, { name: "B" }))).version, 2)
      const { events } = yield* Effect.provide(
        Effect.flatMap(EventStore, (store) => store.read(id, Effect.succeed(start))),
        eventStore
      )
      assert.strictEqual(events.length, 2)
    }).pipe(Effect.provide(connectionTo(url)))
  }), { timeout: 60_000 })

it.live("a stream deleted under a replica ends it, and is not made again in silence", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const replica = yield* startReplica({ NATS_URL: url })
    yield* replica.logged("ready")
    yield* Effect.gen(function*() {
      const { main } = yield* NatsConnection
      yield* main.request("$JS.API.STREAM.DELETE.ORGANIZATION_EVENTS", "", { timeoutMillis: 5_000 })
      const said = yield* Effect.result(ask(creation(newId())))
      if (Result.isSuccess(said)) assert.deepInclude(said.success.failure, { code: "STORE_UNAVAILABLE" })
      assert.strictEqual(yield* replica.exit, 1)
      const names = yield* main.request("$JS.API.STREAM.NAMES", "", { timeoutMillis: 5_000 })
      assert.deepStrictEqual(names.json<{ streams: ReadonlyArray<string> }>().streams, ["ORGANIZATION_SNAPSHOTS"])
    }).pipe(Effect.provide(connectionTo(url)))
    assert.isTrue(
      replica.log().some((line) => line.level === "FATAL" && String(line.message).includes("ORGANIZATION_EVENTS"))
    )
  }), { timeout: 60_000 })

it.live("bad settings stop the start, one line each", () =>
  Effect.gen(function*() {
    const replica = yield* startReplica({ NATS_URL: "http://broker", SNAPSHOT_FREQ: "never" })
    assert.strictEqual(yield* replica.exit, 1)
    assert.deepStrictEqual(
      replica.log().map((line) => String(line.message).split(":")[0]),
      ["NATS_URL", "SNAPSHOT_FREQ"]
    )
  }))

it.live("without JetStream, or without a broker, the start waits and says for what", () =>
  Effect.gen(function*() {
    const broker = yield* NatsServer.server({ jetstream: false })
    const replica = yield* startReplica({ NATS_URL: broker.url })
    yield* replica.says("JetStream")
    yield* broker.stop
    yield* replica.says("lost the connection")
    assert.strictEqual(yield* replica.stop, 0)
  }), { timeout: 30_000 })

it.live("a broker that comes late is waited for", () =>
  Effect.gen(function*() {
    const broker = yield* NatsServer.server()
    yield* broker.stop
    const replica = yield* startReplica({ NATS_URL: broker.url })
    yield* replica.says("cannot be reached")
    yield* broker.start
    yield* replica.logged("ready")
    assert.strictEqual((yield* Effect.provide(ask(creation(newId())), connectionTo(broker.url))).outcome, "applied")
  }), { timeout: 30_000 })

const oldServer = process.env["NATS_SERVER_OLD"]
it.live.skipIf(oldServer === undefined)(
  "a broker that is too old is named, with the version needed",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server({ binary: oldServer! })
      const replica = yield* startReplica({ NATS_URL: url })
      assert.strictEqual(yield* replica.exit, 1)
      const fatal = replica.log().find((line) => line.level === "FATAL")
      assert.match(String(fatal?.message), /2\.(9|10)\.\d+.*2\.12\.14/)
    }),
  { timeout: 30_000 }
)
