import type { CommandToSend } from "@cim-domain/event-sourcing/CommandTransport"
import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import {
  commandTransportContract,
  type ContractAnswer,
  contractSubjects
} from "@cim-domain/event-sourcing/testing/commandTransportContract"
import { NatsCommandTransport } from "@cim-domain/nats/NatsCommandTransport"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer, type NatsServerOptions } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer } from "effect"
import { connection, operator } from "./Broker.ts"

/** Somebody who listens as an operator would: another client. */
const listen = Effect.fnUntraced(function*(url: string, answer: ContractAnswer) {
  const client = yield* operator(url)
  client.subscribe(contractSubjects.heard, {
    callback: (_error, message) => {
      const question = message.headers?.get("X-Question") ?? ""
      const body = answer({ subject: message.subject, headers: { "X-Question": question }, body: message.string() })
      if (body !== null) message.respond(body)
    }
  })
  yield* Effect.promise(() => client.flush())
})

const transport = (url: string) => NatsCommandTransport.layer.pipe(Layer.provideMerge(connection(url)))

commandTransportContract("NATS", (answer) =>
  Layer.unwrap(
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server({ jetstream: false })
      yield* listen(url, answer)
      return transport(url)
    })
  ))

const command: CommandToSend = { subject: contractSubjects.heard, headers: {}, body: "{}", commandId: "1" }

const request = (timeout: Duration.Input = "10 seconds", body = command.body) =>
  Effect.flatMap(
    CommandTransport,
    (transport) => Effect.flip(transport.request({ ...command, body }, Duration.fromInputUnsafe(timeout)))
  )

const users = (permissions: string): NatsServerOptions => ({
  jetstream: false,
  config: `no_auth_user: me
    authorization { users: [
      { user: me, password: me },
      { user: other, password: other, permissions: { ${permissions} } }
    ] }`
})

const asOther = (url: string) => transport(url.replace("nats://", "nats://other:other@"))

describe("commands on NATS", () => {
  it.live(
    "a broker that goes away in the middle leaves it open, while it is away nothing is sent",
    () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server({ jetstream: false })
        const arrived = yield* Deferred.make<void>()
        yield* listen(server.url, () => {
          Deferred.doneUnsafe(arrived, Effect.void)
          return null
        })
        yield* Effect.gen(function*() {
          const asked = yield* Effect.forkChild(request("1 minute"))
          yield* Deferred.await(arrived)
          yield* server.kill
          const lost = yield* Fiber.join(asked)
          assert.deepInclude(lost.reason, { _tag: "Unanswered", mayHaveTakenEffect: true })
          const { status } = yield* NatsConnection
          yield* eventually("disconnected", Effect.map(status, ({ _tag }) => _tag === "Disconnected"))
          const away = yield* request()
          assert.deepInclude(away.reason, { _tag: "NotConnected", mayHaveTakenEffect: false })
          assert.isTrue(away.isRetryable)
        }).pipe(Effect.provide(transport(server.url)))
      }),
    { timeout: 60_000 }
  )

  it.live("who may not send there is told so, and nothing was done", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server(users("publish: { deny: [\"contract.>\"] }"))
      let requests = 0
      yield* listen(url, () => `${++requests}`)
      const { isRetryable, reason } = yield* Effect.provide(request(), asOther(url))
      assert.deepInclude(reason, { _tag: "PermissionRefused", mayHaveTakenEffect: false })
      assert.isFalse(isRetryable)
      assert.strictEqual(requests, 0)
    }), { timeout: 60_000 })

  it.live("who may not receive answers is told so, and that it may have been done", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server(users("subscribe: { deny: [\"_INBOX.>\"] }"))
      yield* listen(url, () => "done")
      const { isRetryable, reason } = yield* Effect.provide(request(), asOther(url))
      assert.deepInclude(reason, { _tag: "PermissionRefused", mayHaveTakenEffect: true })
      assert.isFalse(isRetryable)
    }), { timeout: 60_000 })

  it.live("a command that is larger than the broker accepts is not sent", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server({ jetstream: false, maxPayloadBytes: 1_024 })
      const { isRetryable, reason } = yield* Effect.provide(request("10 seconds", "x".repeat(2_000)), transport(url))
      assert.deepInclude(reason, { _tag: "CommandTooLarge", maxBytes: 1_024, mayHaveTakenEffect: false })
      assert.isFalse(isRetryable)
    }), { timeout: 60_000 })

  it.live(
    "what no broker takes for a message is not sent, nor tried again, and the connection lives on",
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server({ jetstream: false })
        const heard: Array<string> = []
        yield* listen(url, ({ subject }) => {
          heard.push(subject)
          return "heard"
        })
        yield* Effect.gen(function*() {
          const { request } = yield* CommandTransport
          const subjects = [
            "",
            "a..b c",
            ".a",
            "a.",
            "contract heard",
            "contract.*",
            "contract.>",
            "a\r\nPUB contract.heard 0\r\n"
          ]
          const headers = [{ "X-Question": "a\r\nX-Dry-Run: true" }, { "X Question": "a" }, { "": "a" }, { "X:": "a" }]
          for (
            const unsendable of [
              ...subjects.map((subject) => ({ ...command, subject })),
              ...headers.map((headers) => ({ ...command, headers }))
            ]
          ) {
            const { reason } = yield* Effect.flip(request(unsendable, Duration.seconds(10)))
            assert.deepInclude(reason, { _tag: "CommandUnsendable", isRetryable: false, mayHaveTakenEffect: false })
          }
          assert.strictEqual(yield* request(command, Duration.seconds(10)), "heard")
          assert.deepStrictEqual(heard, [command.subject])
        }).pipe(Effect.provide(transport(url)))
      }),
    { timeout: 60_000 }
  )
})
