import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Queue } from "effect"
import { type LogEntry, operator, recorded } from "./Broker.ts"
import { ask, outcome, reply, subscribed, withServer, words } from "./Subscribed.ts"

describe("CommandSubscription, overloaded", () => {
  it.live("takes what was sent to it before it catches up, and goes on afterwards", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const { commands } = yield* NatsConnection
        const client = yield* operator(server.url)
        const taken: Array<string> = []
        const subscription = yield* commands.subscribe({
          subject: "commands.>",
          queue: "replicas",
          resubscribe: true,
          onMessage: (message) => {
            taken.push(message.string())
            message.respond("taken")
          },
          onEnd: (error) => assert.fail(error.message)
        })
        yield* commands.flush
        const numbers = Array.from({ length: 5_000 }, (_, n) => n)
        const asking = yield* Effect.forkChild(Effect.forEach(
          numbers,
          (n) => outcome(client, "commands.a", String(n)),
          { concurrency: 500 }
        ))
        yield* eventually("messages come", Effect.sync(() => taken.length > 0))
        for (let n = 0; n < 5; n++) yield* subscription.catchUp
        // Either is an answer at once; what must not be is a request that is delivered to nobody and gets none.
        const answers = yield* Fiber.join(asking)
        assert.deepStrictEqual(
          answers.flatMap((answer, n) => answer === "taken" ? [String(n)] : []),
          taken.toSorted((left, right) => Number(left) - Number(right))
        )
        assert.strictEqual(yield* outcome(client, "commands.a"), "taken")
      })
    ))

  it.live("large requests are refused when they come to more bytes than there is room for, one always fits, and small ones do", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const entered = yield* Queue.unbounded<void>()
        yield* subscribed({
          maxInFlight: 100,
          maxBytesInFlight: 30_000,
          handle: ({ body }) =>
            Effect.as(
              body.length < 1_000
                ? Effect.void
                : Effect.andThen(Queue.offer(entered, undefined), Deferred.await(gate)),
              reply("done")
            )
        })
        const client = yield* operator(server.url)
        const send = (bytes: number) => Effect.forkChild(outcome(client, "commands.a", "x".repeat(bytes)))
        const waiting = [yield* send(40_000)]
        yield* Queue.take(entered)
        assert.strictEqual(yield* outcome(client, "commands.b", "x".repeat(20_000)), "overloaded")
        assert.strictEqual(yield* outcome(client, "commands.b", "x"), "done")
        yield* Deferred.succeed(gate, undefined)
        assert.deepStrictEqual(yield* Effect.forEach(waiting, Fiber.join), ["done"])
        for (let n = 0; n < 20; n++) {
          assert.strictEqual(yield* outcome(client, "commands.c", "x".repeat(29_000)), "done")
        }
      })
    ))

  it.live("large requests take turns, and small ones do not wait for them", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const taken: Array<number> = []
        yield* subscribed({
          maxInFlight: 100,
          handle: ({ body }) =>
            Effect.sync(() => {
              taken.push(body.length)
              const until = performance.now() + (body.length > 1_000 ? 20 : 0)
              while (performance.now() < until);
              return reply("done")
            })
        })
        const client = yield* operator(server.url)
        const large = yield* Effect.forkChild(
          Effect.forEach(
            Array.from({ length: 20 }),
            () => outcome(client, "commands.large", "x".repeat(20_000)),
            { concurrency: 20 }
          ),
          { startImmediately: true }
        )
        yield* eventually("the first is there", Effect.sync(() => taken.length > 0))
        for (let n = 0; n < 5; n++) assert.strictEqual(yield* outcome(client, "commands.small"), "done")
        assert.isBelow(taken.filter((bytes) => bytes > 1_000).length, 15)
        assert.deepStrictEqual(yield* Fiber.join(large), Array.from({ length: 20 }, () => "done"))
      })
    ))

  it.live("a flood is refused without falling behind, and is over when it ends", () => {
    const logged: Array<LogEntry> = []
    return withServer((server) =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const entered = yield* Queue.unbounded<void>()
        yield* subscribed({
          maxInFlight: 2,
          handle: () => Effect.as(Effect.andThen(Queue.offer(entered, undefined), Deferred.await(gate)), reply("done"))
        })
        const client = yield* operator(server.url)
        const slow = yield* Effect.forkChild(
          Effect.forEach(["a", "b"], (name) => words(ask(client, `commands.${name}`)), { concurrency: 2 })
        )
        yield* Queue.takeN(entered, 2)
        const flood = Array.from({ length: 2_000 }, (_, n) => n)
        const answers = yield* Effect.forEach(flood, (n) => outcome(client, `commands.${n}`), { concurrency: 500 })
        assert.includeMembers(["overloaded", "nobody"], answers)
        assert.include(answers, "overloaded")
        yield* Deferred.succeed(gate, undefined)
        assert.deepStrictEqual(yield* Fiber.join(slow), ["done", "done"])
        assert.strictEqual(yield* words(ask(client, "commands.z")), "done")
        const said = (text: string) => logged.filter(({ message }) => message.includes(text)).length
        yield* eventually("the overload is over", Effect.sync(() => said("no longer overloaded") === 1))
        assert.strictEqual(said("further ones are refused"), 1)
      })
    ).pipe(Effect.provide(recorded(logged)))
  })
})
