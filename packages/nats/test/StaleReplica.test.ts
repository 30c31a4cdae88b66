import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { makeAggregateId, makeEvent, readInPages } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { EventStream } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { RoundTrips } from "@cim-domain/nats/testing/RoundTrips"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { NatsError, Unanswered } from "../src/connection/NatsError.ts"
import type { NatsMessage } from "../src/connection/NatsSocket.ts"
import { connection, eventStream } from "./Broker.ts"

/** What the replica that answers direct gets has not heard of yet. The server behind it is real and knows everything. */
class Behind extends Context.Service<Behind, {
  unknown: (message: NatsMessage) => boolean
  answers: boolean
  /** Answers after which it has caught up. */
  answersLeft: number
}>()("@cim-domain/nats/test/StaleReplica.test/Behind") {}

const behind = Layer.sync(
  Behind,
  () => ({ unknown: () => false, answers: true, answersLeft: Number.POSITIVE_INFINITY })
)

/** A connection whose direct gets are answered by a replica that is behind. */
const stale = Layer.effect(
  NatsConnection,
  Effect.gen(function*() {
    const real = yield* NatsConnection
    const replica = yield* Behind
    return {
      ...real,
      bulk: {
        ...real.bulk,
        requestMany: (subject, payload, options) =>
          Effect.flatMap(real.bulk.requestMany(subject, payload, options), (answer) => {
            if (!replica.answers) {
              return Effect.fail(new NatsError({ reason: new Unanswered({ subject, detail: "timeout" }) }))
            }
            replica.answersLeft -= 1
            return Effect.succeed(
              replica.answersLeft < 0
                ? answer
                : { ...answer, messages: answer.messages.filter((message) => !replica.unknown(message)) }
            )
          })
      }
    }
  })
)

/** The stream, said to have three replicas, so that direct answers are not trusted. */
const replicated = Layer.effect(
  EventStream,
  Effect.map(EventStream, (stream) => ({ ...stream, replicas: 3 }))
).pipe(Layer.provide(eventStream()))

const onStaleReplica = Layer.unwrap(Effect.map(NatsServer.server(), ({ url }) =>
  JetStreamEventStore.layer().pipe(
    Layer.provide(replicated),
    Layer.provideMerge(RoundTrips.layer),
    Layer.provide(stale),
    Layer.provideMerge(behind),
    Layer.provide(connection(url))
  )))

const subjectOf = (message: NatsMessage) => message.headers?.last("Nats-Subject") ?? ""
const versionOf = (message: NatsMessage) => Number(message.headers?.get("X-Aggregate-Version"))

layer(onStaleReplica, { excludeTestServices: true })("a replica that is behind", (it) => {
  /** Ten events of three types, the rare one in the middle. */
  const written = Effect.gen(function*() {
    const store = yield* EventStore
    const id = makeAggregateId()
    let cursor = start
    for (const token of ["a", "b", "a", "b", "rare", "a", "b", "a", "b", "a"]) {
      const [[position]] = yield* store.append([{ aggregateId: id, expected: cursor, events: [makeEvent(token)] }])
      cursor = { version: cursor.version + 1, position: position! }
    }
    return { id, head: cursor }
  })

  const readsAll = Effect.fnUntraced(function*(
    unknown: (message: NatsMessage) => boolean,
    options: { readonly answers?: boolean; readonly answersLeft?: number } = {}
  ) {
    const replica = yield* Behind
    const { measure } = yield* RoundTrips
    const store = yield* EventStore
    const { head, id } = yield* written
    Object.assign(replica, { unknown, answers: true, answersLeft: Number.POSITIVE_INFINITY, ...options })
    const { requests, value } = yield* measure(store.read(id, Effect.succeed(start)))
    assert.deepStrictEqual(value.head, head)
    assert.deepStrictEqual(value.events.map(({ version }) => version), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    if (options.answers !== false) yield* readInPages(id, 1)
    return requests.filter((subject) => subject.includes("MSG.GET")).length
  })

  it.effect("by little is asked again", () =>
    Effect.gen(function*() {
      const leader = yield* readsAll((message) => versionOf(message) > 8, { answersLeft: 4 })
      assert.strictEqual(leader, 1)
    }))

  it.effect("by the newest events is completed from the leader", () =>
    Effect.gen(function*() {
      const leader = yield* readsAll((message) => versionOf(message) > 7)
      assert.isAbove(leader, 1)
    }))

  it.effect("by a type it has never heard of is completed from the leader", () =>
    Effect.gen(function*() {
      yield* readsAll((message) => subjectOf(message).endsWith(".rare"))
    }))

  it.effect("by everything is completed from the leader", () =>
    Effect.gen(function*() {
      yield* readsAll(() => true)
    }))

  it.effect("so far that it does not answer is done without", () =>
    Effect.gen(function*() {
      yield* readsAll(() => false, { answers: false })
    }))
})
