import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeRoutes } from "@cim-domain/nats/testing/Routes"
import { patiently } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer, References, Result } from "effect"
import { randomUUID } from "node:crypto"

const stream = "THINGS"

const storeAt = (url: string) =>
  Layer.build(
    JetStreamEventStore.layer().pipe(
      Layer.provide(EventStream.layer({ name: stream, subjectPrefix: "things" })),
      Layer.provideMerge(NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "test" }))
    )
  )

const event = () => {
  const id = randomUUID()
  const cause = { commandId: id, correlationId: id, causationId: id, actor: null }
  return { id, type: "Happened", token: "happened", schemaVersion: 1, cause, data: "{}" }
}

it.live(
  "a leader that was cut off from the others, and does not know it yet, confirms nothing that is out of date",
  () =>
    Effect.gen(function*() {
      const routes = makeRoutes()
      const { servers } = yield* NatsServer.cluster({ advertise: false, route: routes.make })
      const stores = yield* Effect.forEach(servers, ({ url }) => storeAt(url))
      const { main } = Context.get(stores[0]!, NatsConnection)
      const info = yield* main.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeoutMillis: 5_000 })
      const { leader } = info.json<{ readonly cluster: { readonly leader: string } }>().cluster
      const isolated = Number(leader.slice(1)) - 1
      const at = (index: number) => Context.get(stores[index % stores.length]!, EventStore)
      const id = randomUUID()
      const [[first = 0]] = yield* at(isolated).append([{ aggregateId: id, expected: start, events: [event()] }])

      yield* routes.of(isolated).cut
      // Whether an append was stored that nobody acknowledged, the new leader knows.
      const more = event()
      const others = at(isolated + 1)
      const { head: second } = yield* Effect.ignore(
        others.append([{ aggregateId: id, expected: { version: 1, position: first }, events: [more] }])
      ).pipe(
        Effect.andThen(others.read(id, Effect.succeed(start))),
        Effect.filterOrFail(({ head }) => head.version === 2, () => "not stored" as const),
        Effect.retry(patiently())
      )
      // Until it knows that it leads no more, it would say for some seconds that the first event is the last; and for a moment
      // more when it hears from the others again.
      const look = Effect.result(at(isolated).read(id, Effect.succeed(start)))
      const looks = (count: number) => Effect.forEach(Array.from({ length: count }), () => look, { concurrency: 10 })
      const apart = yield* looks(20)
      assert.isTrue(apart.every((read) => Result.isFailure(read) && read.failure.isRetryable))
      yield* routes.of(isolated).heal
      const healing = yield* looks(50)
      const { head } = yield* Effect.retry(at(isolated).read(id, Effect.succeed(start)), patiently())
      const heads = healing.flatMap((read) => Result.isSuccess(read) ? [read.success.head] : [])
      assert.deepStrictEqual([...heads, head], [...heads, head].map(() => second))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None")),
  { timeout: 120_000 }
)
