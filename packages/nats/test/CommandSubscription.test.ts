import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { createInbox, headers } from "@nats-io/nats-core"
import { Deferred, Effect, Exit, Fiber, Layer, Queue } from "effect"
import { CommandSubscription } from "../src/commands/CommandSubscription.ts"
import { connection, type LogEntry, operator, recorded } from "./Broker.ts"
import { ask, reply, subscribed, text, withServer, words } from "./Subscribed.ts"

describe("CommandSubscription", () => {
  it.live("answers each request with what was handed to it", () =>
    withServer((server) =>
      Effect.gen(function*() {
        yield* subscribed({
          handle: (message) =>
            Effect.succeed(reply(`${message.subject} ${text(message.body)} ${message.header("x-actor")}`, {
              "X-Words": "grüße\r\nNats-Rollup: all",
              "X-None": message.header("X-None") ?? "none"
            }))
        })
        const client = yield* operator(server.url)
        const own = headers()
        own.set("X-Actor", "me")
        const answer = yield* Effect.promise(() =>
          client.request("commands.a.create", "hello", { timeout: 5_000, headers: own })
        )
        assert.strictEqual(answer.string(), "commands.a.create hello me")
        assert.strictEqual(answer.headers?.get("X-None"), "none")
        assert.strictEqual(decodeURIComponent(answer.headers?.get("X-Words") ?? ""), "grüße\r\nNats-Rollup: all")
        assert.isFalse(answer.headers?.has("Nats-Rollup"))
      })
    ))

  it.live("is traced from the requester's span", () =>
    withServer((server) =>
      Effect.gen(function*() {
        yield* subscribed({
          handle: () =>
            Effect.map(
              Effect.orDie(Effect.currentSpan),
              (span) =>
                reply(`${span.traceId} ${span.parent._tag === "Some" ? span.parent.value.spanId : ""} ${span.kind}`)
            )
        })
        const client = yield* operator(server.url)
        const own = headers()
        own.set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        const answer = yield* Effect.promise(() => client.request("commands.a", "", { timeout: 5_000, headers: own }))
        assert.strictEqual(answer.string(), "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 consumer")
      })
    ))

  it.live("answers at once when there is no room, and takes requests again when there is", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const entered = yield* Queue.unbounded<void>()
        yield* subscribed({
          maxInFlight: 2,
          handle: () => Effect.as(Effect.andThen(Queue.offer(entered, undefined), Deferred.await(gate)), reply("done"))
        })
        const client = yield* operator(server.url)
        const slow = yield* Effect.forkChild(words(ask(client, "commands.a")))
        const alsoSlow = yield* Effect.forkChild(words(ask(client, "commands.b")))
        yield* Queue.takeN(entered, 2)
        assert.strictEqual(yield* words(ask(client, "commands.c")), "overloaded")
        yield* Deferred.succeed(gate, undefined)
        assert.deepStrictEqual([yield* Fiber.join(slow), yield* Fiber.join(alsoSlow)], ["done", "done"])
        assert.strictEqual(yield* words(ask(client, "commands.d")), "done")
      })
    ))

  it.live("answers each request once, whatever is thrown while it is taken, and however often it is answered", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const answered: Array<string> = []
        yield* subscribed<never>({
          maxInFlight: 1,
          defect: () => reply("defect"),
          take: ({ subject }, _, respond) => {
            if (subject === "commands.throws") throw new Error("a mistake")
            for (const word of ["first", "second"]) {
              answered.push(word)
              respond(Exit.succeed(reply(word)))
            }
            if (subject === "commands.late") throw new Error("after the answer")
          }
        })
        const client = yield* operator(server.url)
        const said = yield* Effect.forEach(["throws", "twice", "late", "twice"], (name) =>
          words(ask(client, `commands.${name}`)))
        assert.deepStrictEqual(said, ["defect", "first", "first", "first"])
        assert.lengthOf(answered, 6)
      })
    ))

  it.live("a handler that dies, and an answer too large to send, are answered", () =>
    withServer((server) =>
      Effect.gen(function*() {
        yield* subscribed({
          handle: (message) =>
            message.subject === "commands.die"
              ? Effect.die(new Error("boom"))
              : message.subject === "commands.throw"
              ? (() => {
                throw new Error("boom")
              })()
              : Effect.succeed(reply("x".repeat(4_096)))
        })
        const client = yield* operator(server.url)
        for (const subject of ["commands.die", "commands.throw", "commands.large"]) {
          assert.strictEqual(yield* words(ask(client, subject)), "defect", subject)
        }
      }), { maxPayloadBytes: 2_048 }))

  it.live("handles a message that wants no answer", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const handled = yield* Deferred.make<string>()
        yield* subscribed({
          handle: (message) => Effect.as(Deferred.succeed(handled, text(message.body)), reply("unwanted"))
        })
        const client = yield* operator(server.url)
        client.publish("commands.a", "quiet")
        assert.strictEqual(yield* Deferred.await(handled), "quiet")
      })
    ))

  it.live("replicas of a queue share the requests, each is handled once", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const handled = [0, 0]
        for (const replica of [0, 1]) {
          yield* subscribed({
            maxInFlight: 1_000,
            handle: () =>
              Effect.sync(() => {
                handled[replica]! += 1
                return reply("done")
              })
          })
        }
        const client = yield* operator(server.url)
        yield* Effect.forEach(Array.from({ length: 200 }, (_, n) => n), (n) => ask(client, `commands.${n}`), {
          concurrency: 50
        })
        assert.strictEqual(handled[0]! + handled[1]!, 200)
        assert.isAbove(Math.min(...handled), 0)
      })
    ))

  it.live("when interrupted it takes no more, answers what is in flight, and then ends", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const entered = yield* Deferred.make<void>()
        const fiber = yield* subscribed({
          handle: () =>
            Effect.as(Effect.andThen(Deferred.succeed(entered, undefined), Deferred.await(gate)), reply("late"))
        })
        const client = yield* operator(server.url)
        const asking = yield* Effect.forkChild(words(ask(client, "commands.a")))
        yield* Deferred.await(entered)
        const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* eventually(
          "nobody takes requests",
          Effect.promise(() =>
            client.request("commands.b", "", { timeout: 200 }).then(() => false, (error) =>
              String(error).includes("no responders"))
          )
        )
        assert.isUndefined(ending.pollUnsafe(), "it waits for the request in flight")
        yield* Deferred.succeed(gate, undefined)
        assert.strictEqual(yield* Fiber.join(asking), "late")
        yield* Fiber.join(ending)
      })
    ))

  it.live("does not wait longer than its drain timeout", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const entered = yield* Deferred.make<void>()
        const fiber = yield* subscribed({
          drainTimeout: "100 millis",
          handle: () => Effect.andThen(Deferred.succeed(entered, undefined), Effect.never)
        })
        const client = yield* operator(server.url)
        client.publish("commands.a", "")
        yield* Deferred.await(entered)
        const ended = yield* Effect.timeoutOption(Fiber.interrupt(fiber), "5 seconds")
        assert.strictEqual(ended._tag, "Some")
      })
    ))

  it.live("works again after the server was away", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const { status } = yield* NatsConnection
        yield* subscribed({ handle: () => Effect.succeed(reply("here")) })
        yield* server.kill
        yield* eventually("disconnected", Effect.map(status, ({ _tag }) => _tag === "Disconnected"))
        yield* server.start
        yield* eventually("connected", Effect.map(status, ({ _tag }) => _tag === "Connected"))
        const client = yield* operator(server.url)
        yield* eventually(
          "requests are answered",
          Effect.promise(() =>
            client.request("commands.a", "", { timeout: 1_000 }).then(
              (answer) => answer.string() === "here",
              () => false
            )
          )
        )
      })
    ))

  it.live("fails when it may not subscribe, and never says that it is subscribed", () =>
    withServer((server) =>
      Effect.gen(function*() {
        let subscribedTimes = 0
        const error = yield* Effect.flip(CommandSubscription.run({
          subject: "commands.>",
          queue: "replicas",
          maxInFlight: 1,
          take: CommandSubscription.takeBy(() => Effect.succeed(reply("never"))),
          overloaded: () => reply("never"),
          defect: () => reply("never"),
          onSubscribed: Effect.sync(() => {
            subscribedTimes += 1
          })
        })).pipe(Effect.provide(connection(server.url.replace("nats://", "nats://other:other@"))))
        assert.strictEqual(error.reason._tag, "PermissionRefused")
        assert.strictEqual(subscribedTimes, 0)
      }), {
      config: `no_auth_user: me
        authorization { users: [
          { user: me, password: me },
          { user: other, password: other, permissions: { subscribe: { deny: ["commands.>"] } } }
        ] }`
    }))

  it.live("says that it is subscribed only once the broker is back and requests arrive", () =>
    withServer((server) =>
      Effect.gen(function*() {
        const { status } = yield* NatsConnection
        yield* server.stop
        yield* eventually("disconnected", Effect.map(status, ({ _tag }) => _tag === "Disconnected"))
        const ready = yield* Deferred.make<void>()
        yield* Effect.forkChild(CommandSubscription.run({
          subject: "commands.>",
          queue: "replicas",
          maxInFlight: 1,
          take: CommandSubscription.takeBy(() => Effect.succeed(reply("here"))),
          overloaded: () => reply("never"),
          defect: () => reply("never"),
          onSubscribed: Effect.asVoid(Deferred.succeed(ready, undefined))
        }))
        // Time enough to subscribe if nothing had to be waited for.
        for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow
        assert.isFalse(yield* Deferred.isDone(ready), "not while the broker is away")
        yield* server.start
        yield* Effect.timeout(Deferred.await(ready), "20 seconds")
        const client = yield* operator(server.url)
        assert.strictEqual(yield* words(ask(client, "commands.a")), "here")
      })
    ))

  it.live("answers that may not be sent stand in the log once", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({
        config: `no_auth_user: me
          authorization { users: [
            { user: me, password: me },
            { user: other, password: other, permissions: { publish: { deny: ["_INBOX.>", "elsewhere.>"] } } }
          ] }`
      })
      const logged: Array<LogEntry> = []
      yield* Effect.gen(function*() {
        const { main } = yield* NatsConnection
        yield* subscribed({
          handle: () => Effect.as(Effect.orDie(main.publish("elsewhere.a", "")), reply("refused"))
        })
        const client = yield* operator(server.url)
        for (let n = 0; n < 5; n++) client.publish("commands.a", "", { reply: createInbox() })
        yield* Effect.promise(() => client.flush())
        yield* eventually(
          "the refusal is logged",
          Effect.sync(() => logged.some(({ message }) => message.includes("_INBOX.…")))
        )
        yield* main.flush
      }).pipe(
        Effect.provide(Layer.provideMerge(
          connection(server.url.replace("nats://", "nats://other:other@")),
          recorded(logged)
        ))
      )
      const refusals = logged.filter(({ message }) => message.includes("Permissions Violation"))
      assert.deepStrictEqual(refusals.map(({ level }) => level), ["Error", "Error"])
    }))
})
