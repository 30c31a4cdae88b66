import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { CommandSubscription, NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { commandSubscription } from "@cim-domain/organization"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Latch, Layer } from "effect"
import { ask, askUntilSettled, connectionTo } from "./Client.ts"
import { command, creation, newId, type Said } from "./messages.ts"
import { makeReplica } from "./program.ts"

const maxInFlight = 256

/** A store that stands still on demand: nothing is appended until the latch opens. */
const heldStore = (latch: Latch.Latch) =>
  Layer.effect(
    EventStore,
    Effect.map(EventStore, (store) => ({
      ...store,
      append: (...args: Parameters<typeof store.append>) => latch.whenOpen(store.append(...args))
    }))
  ).pipe(Layer.provide(EventStore.layerMemory))

const serving = Effect.gen(function*() {
  const replica = yield* makeReplica({
    acceptLegacySubjects: true,
    cacheCapacity: 1_000,
    cacheBytes: 100_000_000,
    commandTimeoutMillis: 60_000,
    maxInFlight,
    snapshotEvery: 1_000
  })
  const ready = yield* Deferred.make<void>()
  yield* Effect.forkChild(CommandSubscription.run({
    subject: commandSubscription,
    queue: "replicas",
    maxInFlight,
    take: replica.take,
    overloaded: replica.refuse,
    defect: replica.fail,
    onSubscribed: Effect.asVoid(Deferred.succeed(ready, undefined))
  }))
  yield* Deferred.await(ready)
})

const isRefusal = ({ failure }: Said) => failure?.code === "OVERLOADED" && failure.retryable

for (
  const [name, organizationOf] of [
    ["one organization", (ids: ReadonlyArray<string>) => ids[0]!],
    ["many organizations", (ids: ReadonlyArray<string>, n: number) => ids[n % ids.length]!]
  ] as const
) {
  it.live(
    `1 000 commands to ${name} while nothing can be appended: as many wait as there is room for, the others are refused`,
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        const latch = yield* Latch.make(true)
        const stores = Layer.mergeAll(heldStore(latch), SnapshotStore.layerMemory)
        yield* Effect.gen(function*() {
          yield* serving
          const ids = Array.from({ length: 50 }, newId)
          yield* Effect.forEach(ids, (id) => ask(creation(id)), { concurrency: 10 })
          yield* latch.close

          const answers: Array<Said> = []
          const { main } = yield* NatsConnection
          const asking = yield* Effect.forkChild(Effect.forEach(
            Array.from({ length: 1_000 }, (_, n) => n),
            (n) => {
              const { body, subject } = command("UpdateOrganization", organizationOf(ids, n), {
                description: `No. ${n}`
              })
              return Effect.map(main.request(subject, body, { timeoutMillis: 60_000 }), (message) => {
                answers.push(message.json())
              })
            },
            { concurrency: "unbounded", discard: true }
          ))
          yield* eventually("the others are answered", Effect.sync(() => answers.length === 1_000 - maxInFlight))
          assert.isTrue(answers.every(isRefusal))
          assert.strictEqual(new Set(answers.map((said) => said.command_id)).size, answers.length)

          yield* latch.open
          yield* Fiber.join(asking)
          const served = answers.slice(1_000 - maxInFlight)
          assert.isTrue(served.every((said) => said.outcome === "applied"))
          assert.strictEqual(new Set(served.map((said) => `${said.aggregate_id} ${said.version}`)).size, maxInFlight)
          const after = yield* askUntilSettled(command("UpdateOrganization", ids[0]!, { name: "After" }))
          assert.strictEqual(after.outcome, "applied")
        }).pipe(Effect.provide(Layer.mergeAll(stores, connectionTo(url))))
      }),
    { timeout: 60_000 }
  )
}
