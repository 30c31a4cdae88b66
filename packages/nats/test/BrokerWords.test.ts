import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { CommandSubscription } from "../src/commands/CommandSubscription.ts"
import { connection } from "./Broker.ts"
import { makeJwtAuthority } from "./JwtAuthority.ts"
import { TestCertificates } from "./TestCertificates.ts"
import { watched } from "./Watched.ts"

/** Why a broker hangs up is in its own words, wherever it says so, and never in those of a socket. */

const socketWords = /EPIPE|ECONNRESET|hang up|undefined|write after|ERR_STREAM|closed the connection/

const connected = (url: string) => Layer.build(connection(url, { giveUpAfter: "2 seconds" }))

const assertPlain = ({ logged }: Effect.Success<ReturnType<typeof watched>>) => {
  for (const { message } of logged) assert.notMatch(message, socketWords)
}

describe("what the broker says", () => {
  for (const over of ["TCP", "a WebSocket"]) {
    it.live(`when it has as many connections as it may, over ${over}`, () =>
      Effect.gen(function*() {
        const server = yield* NatsServer.server({ config: "max_connections: 2", webSocket: true })
        const one = yield* watched(over === "TCP" ? server.url : server.webSocketUrl!)
        yield* one.said("cannot be reached: maximum connections exceeded")
        const error = yield* Effect.flip(Effect.scoped(Effect.asVoid(
          connected(over === "TCP" ? server.url : server.webSocketUrl!)
        )))
        assert.include(error.message, "maximum connections exceeded")
        assertPlain(one)
        yield* server.reload("max_connections: 10")
        yield* (yield* one.connected).main.flush
      }))
  }

  it.live("when the account has as many as it may", () =>
    Effect.gen(function*() {
      const authority = yield* makeJwtAuthority({ conn: 2 })
      const server = yield* NatsServer.server({ config: authority.config })
      const credsFile = join(yield* temporaryFolder, "user.creds")
      const text = yield* authority.credentials(600)
      yield* Effect.promise(() => writeFile(credsFile, text))
      const one = yield* watched(server.url, { credsFile })
      yield* one.said("maximum account active connections exceeded")
      assertPlain(one)
    }))

  it.live("when there are as many subscriptions as there may be: nobody waits for what never comes", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ config: "max_subscriptions: 1" })
      const one = yield* watched(server.url)
      const it = yield* one.connected
      const nothing = { body: "", headers: {} }
      const error = yield* Effect.flip(
        Effect.provideService(
          Effect.andThen(
            it.commands.subscribe({ subject: "first", resubscribe: true, onMessage: () => {}, onEnd: () => {} }),
            CommandSubscription.run({
              subject: "commands.>",
              queue: "q",
              maxInFlight: 1,
              take: CommandSubscription.takeBy(() => Effect.succeed(nothing)),
              overloaded: () => nothing,
              defect: () => nothing
            })
          ),
          NatsConnection,
          it
        )
      )
      assert.include(error.message, "maximum subscriptions exceeded")
      yield* it.main.subscribe({ subject: "first", resubscribe: true, onMessage: () => {}, onEnd: () => {} })
      const refused = yield* Effect.flip(it.main.request("any", "", { timeoutMillis: 60_000 }))
      assert.include(refused.message, "maximum subscriptions exceeded")
      yield* one.said("maximum subscriptions exceeded")
    }))

  it.live("when it closes a connection that answers no pings", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ config: `ping_interval: "200ms"\nping_max: 1` })
      const line = yield* makeTcpProxy(server.clientPort)
      const one = yield* watched(`nats://127.0.0.1:${line.port}`, { pingInterval: "1 hour" })
      yield* one.connected
      yield* line.holdRequests
      yield* one.said("lost the connection to n1: ")
      yield* one.said("Stale Connection")
      assertPlain(one)
      yield* line.heal
    }))

  it.live("when it is told to shut down, at once or after a while", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({
        config: `lame_duck_grace_period: "100ms"\nlame_duck_duration: "30s"`
      })
      const one = yield* watched(server.url)
      yield* one.connected
      yield* server.stop
      yield* one.said("lost the connection to n1: the server closed it")
      yield* server.start
      yield* one.said("connected to", 2)
      yield* server.retire
      yield* one.said("lame duck mode", 2)
      assertPlain(one)
    }), 30_000)

  for (const first of ["true", "auto", "\"300ms\""]) {
    it.live(
      `TLS first (handshake_first: ${first}): a tls:// address connects, again and again`,
      () =>
        Effect.gen(function*() {
          const { ca: tlsCaFile, server: cert, serverKey } = TestCertificates
          const server = yield* NatsServer.server({
            config: `tls { cert_file: "${cert}", key_file: "${serverKey}", timeout: 1, handshake_first: ${first} }`
          })
          const url = `tls://127.0.0.1:${server.clientPort}`
          const one = yield* watched(url, { tlsCaFile })
          yield* (yield* one.connected).main.flush
          yield* server.restart
          yield* one.said("connected to", 2)
          const severe = one.logged.filter(({ level }) => level === "Error")
          assert.deepStrictEqual(severe, [])
          const untrusted = yield* watched(url)
          yield* untrusted.said("TLS refused: ")
          if (first !== "true") return
          const inClear = yield* watched(server.url)
          yield* inClear.said("without a greeting; if it wants TLS first, it is a tls:// address")
        }),
      30_000
    )
  }
})
