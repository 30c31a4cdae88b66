import { type CommandUnsettled, start } from "@cim-domain/event-sourcing"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore, NatsConnection } from "@cim-domain/nats"
import { NatsCommandTransport } from "@cim-domain/nats/NatsCommandTransport"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventPrefix, OrganizationClient, OrganizationId } from "@cim-domain/organization"
import { Supervision } from "@cim-domain/service/Supervision"
import { patiently } from "@cim-domain/testbed/eventually"
import { startProgram } from "@cim-domain/testbed/Program"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Fiber, Layer, Stream, Tracer } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { connectionTo } from "./Client.ts"
import { creation, newId } from "./messages.ts"
import { brokerStores } from "./program.ts"
import { serve } from "./program.ts"
import { readSettings } from "./program.ts"

/** A client that asks again sooner than it would by itself. */
const client = OrganizationClient.layer({ attemptTimeout: "2 seconds", deadline: "60 seconds" }).pipe(
  Layer.provide(NatsCommandTransport.layer)
)
const clientOf = (url: string) => Layer.provideMerge(client, connectionTo(url))

const create = (id: string, options: { readonly onRetry?: (soFar: CommandUnsettled) => Effect.Effect<void> } = {}) =>
  Effect.flatMap(
    OrganizationClient,
    ({ submit }) =>
      submit(
        "CreateOrganization",
        { name: "Acme", organization_type: "LLC", organization_id: OrganizationId.make(id) },
        options
      )
  )

const eventStore = JetStreamEventStore.layer().pipe(
  Layer.provide(EventStream.layer({ name: "ORGANIZATION_EVENTS", subjectPrefix: eventPrefix }))
)

type Reply = Effect.Success<ReturnType<typeof create>>

/** Fails unless each organization has one event, the one that its reply names. */
const assertCreatedOnce = (
  ids: ReadonlyArray<string>,
  replies: ReadonlyArray<Reply>
) =>
  Effect.gen(function*() {
    const store = yield* EventStore
    for (const [index, id] of ids.entries()) {
      // The broker may be back for commands and not for this yet.
      const { events } = yield* Effect.retry(store.read(id, Effect.succeed(start)), patiently())
      assert.deepStrictEqual(
        events.map((event) => [event.id, event.commandId, event.position]),
        replies[index]!.events.map(({ event_id, stream_sequence }) => [
          event_id,
          replies[index]!.command_id,
          stream_sequence!
        ])
      )
      assert.strictEqual(events.length, 1)
    }
  }).pipe(Effect.provide(eventStore))

const codeOf = ({ reason }: CommandUnsettled) => reason._tag === "NotNow" ? reason.detail : reason._tag

/** The first words of a client about its troubles, and what to give it as `onRetry`. */
const troubles = () => {
  const met = new Set<string>()
  const first = Deferred.makeUnsafe<string>()
  return {
    met,
    first: Deferred.await(first),
    onRetry: (soFar: CommandUnsettled) =>
      Effect.sync(() => {
        met.add(codeOf(soFar))
        Deferred.doneUnsafe(first, Effect.succeed(codeOf(soFar)))
      })
  }
}

it.live("no replica at first: the command waits for one", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const { first, onRetry } = troubles()
    const id = newId()
    yield* Effect.gen(function*() {
      const sending = yield* Effect.forkChild(create(id, { onRetry }))
      assert.strictEqual(yield* first, "NobodyListens")
      yield* startReplica({ NATS_URL: url })
      const reply = yield* Fiber.join(sending)
      assert.strictEqual(reply.outcome, "applied")
      yield* assertCreatedOnce([id], [reply])
    }).pipe(Effect.provide(clientOf(url)))
  }), { timeout: 90_000 })

it.live(
  "OVERLOADED again and again: every command is settled in the end, and took effect once",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const replica = yield* startReplica({ NATS_URL: url, MAX_IN_FLIGHT: "1" })
      yield* replica.logged("ready")
      const { met, onRetry } = troubles()
      const ids = Array.from({ length: 12 }, newId)
      yield* Effect.gen(function*() {
        const replies = yield* Effect.forEach(ids, (id) => create(id, { onRetry }), { concurrency: "unbounded" })
        assert.isTrue([...met].some((words) => words.includes("OVERLOADED")), [...met].join())
        yield* assertCreatedOnce(ids, replies)
      }).pipe(Effect.provide(clientOf(url)))
    }),
  { timeout: 90_000 }
)

it.live(
  "STORE_UNAVAILABLE until an operator makes room: the command is stored then, once",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* Effect.gen(function*() {
        const { main } = yield* NatsConnection
        const setLimit = Effect.fnUntraced(function*(verb: string, max_msgs: number) {
          const config = {
            name: "ORGANIZATION_EVENTS",
            subjects: ["organization.events.>"],
            discard: "new",
            allow_direct: true,
            allow_atomic: true,
            max_msgs
          }
          const answer = yield* main.request(`$JS.API.STREAM.${verb}.ORGANIZATION_EVENTS`, JSON.stringify(config), {
            timeoutMillis: 5_000
          })
          assert.notInclude(answer.string(), "\"error\"")
        })
        yield* setLimit("CREATE", 1)
        const replica = yield* startReplica({ NATS_URL: url })
        yield* replica.logged("ready")
        const ids = [newId(), newId()]
        const one = yield* create(ids[0]!)
        const { first, onRetry } = troubles()
        const sending = yield* Effect.forkChild(create(ids[1]!, { onRetry }))
        assert.include(yield* first, "STORE_UNAVAILABLE")
        yield* setLimit("UPDATE", -1)
        yield* assertCreatedOnce(ids, [one, yield* Fiber.join(sending)])
      }).pipe(Effect.provide(clientOf(url)))
    }),
  { timeout: 90_000 }
)

it.live(
  "a replica that dies between append and answer: one event, and the answer names it",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const dying = yield* startReplica({ NATS_URL: url }, join(import.meta.dirname, "dyingReplica.ts"))
      yield* dying.logged("ready")
      const { met, onRetry } = troubles()
      const id = newId()
      yield* Effect.gen(function*() {
        const sending = yield* Effect.forkChild(create(id, { onRetry }))
        assert.strictEqual(yield* dying.exit, "SIGKILL")
        yield* startReplica({ NATS_URL: url })
        const reply = yield* Fiber.join(sending)
        assert.isTrue(met.has("Unanswered"), [...met].join())
        assert.deepInclude(reply, { status: "ok", outcome: "duplicate", version: 1, created_id: id })
        yield* assertCreatedOnce([id], [reply])
      }).pipe(Effect.provide(clientOf(url)))
    }),
  { timeout: 90_000 }
)

it.live(
  "the broker is restarted under load: every command is settled in the end, and took effect once",
  () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const replica = yield* startReplica({ NATS_URL: server.url })
      yield* replica.logged("ready")
      const { met, onRetry } = troubles()
      const [ids, replies]: [Array<string>, Array<Reply>] = [[], []]
      yield* Effect.gen(function*() {
        let isRestarted = false
        const writer = Effect.gen(function*() {
          for (let goesOn = true; goesOn;) {
            goesOn = !isRestarted
            const id = newId()
            const reply = yield* create(id, { onRetry })
            ids.push(id)
            replies.push(reply)
          }
        })
        const writers = yield* Effect.forkChild(Effect.all([writer, writer, writer, writer], { concurrency: 4 }))
        yield* server.restart
        isRestarted = true
        yield* Fiber.join(writers)
        assert.isTrue(met.has("NotConnected") || met.has("Unanswered"), [...met].join())
        yield* assertCreatedOnce(ids, replies)
      }).pipe(Effect.provide(clientOf(server.url)))
    }),
  { timeout: 90_000 }
)

it.live("the trace of the requester goes on in the replica, the event and the answer", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const settings = yield* Effect.provide(
      readSettings,
      ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: url } }))
    )
    const ended: Array<Tracer.Span> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = Tracer.nativeTracer.span(options)
        ended.push(span)
        return span
      }
    })
    yield* Effect.gen(function*() {
      yield* Effect.forkChild(Effect.provide(serve(settings), [brokerStores(settings), Supervision.layer(settings)]))
      const id = newId()
      const { stream_sequence } = yield* Effect.withSpan(create(id), "requester")
      const named = (name: string) => ended.find((span) => span.name === name)
      const client = named("CommandClient.send")
      const replica = named("organization-service process")
      const append = named("EventStore.append")
      assert.deepStrictEqual(
        [client, replica, append].map((span) => span?.traceId),
        [1, 2, 3].map(() => named("requester")?.traceId)
      )
      const parent = replica?.parent
      assert.strictEqual(parent?._tag === "Some" ? parent.value.spanId : undefined, client?.spanId)

      const { main } = yield* NatsConnection
      const asked = JSON.stringify({ seq: stream_sequence })
      const stored = yield* main.request("$JS.API.STREAM.MSG.GET.ORGANIZATION_EVENTS", asked, { timeoutMillis: 5_000 })
      const { message } = stored.json<{ message: { hdrs: string } }>()
      assert.include(
        Buffer.from(message.hdrs, "base64").toString(),
        `traceparent: 00-${replica?.traceId}-${replica?.spanId}-01`
      )

      const headers = { traceparent: `00-${client?.traceId}-${client?.spanId}-01`, tracestate: "vendor=50%,other=1" }
      const { body, subject } = creation(newId())
      const answer = yield* main.request(subject, body, { headers, timeoutMillis: 5_000 })
      for (const [name, value] of Object.entries(headers)) assert.strictEqual(answer.headers?.get(name), value)
    }).pipe(Effect.provideService(Tracer.Tracer, tracer), Effect.provide(clientOf(url)))
  }), { timeout: 90_000 })

it.live("the example in README is a program that works", () =>
  Effect.gen(function*() {
    const file = join(import.meta.dirname, "../examples/foundCompany.ts")
    const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8")
    assert.include(readme, `\`\`\`ts\n${readFileSync(file, "utf8")}\`\`\`\n`)
    const { url } = yield* NatsServer.server()
    yield* startReplica({ NATS_URL: url })
    const example = yield* startProgram({ file, env: { NATS_URL: url } })
    assert.strictEqual(yield* example.exit, 0)
    const stored = Effect.flatMap(EventStore, ({ follow }) => Stream.runCollect(Stream.take(follow(0), 2)))
    const events = yield* Effect.provide(stored, Layer.provideMerge(eventStore, connectionTo(url)))
    assert.deepStrictEqual(events.map(({ type }) => type), ["OrganizationCreated", "DepartmentCreated"])
  }), { timeout: 90_000 })
