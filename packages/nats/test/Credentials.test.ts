import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { makeJwtAuthority } from "@cim-domain/nats/testing/JwtAuthority"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/TemporaryFolder"
import { TestCertificates } from "@cim-domain/nats/testing/TestCertificates"
import { assert, describe, it } from "@effect/vitest"
import { createUser } from "@nats-io/jwt"
import { Cause, Context, Effect, Fiber, Layer } from "effect"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { connection, eventually, type LogEntry, recorded } from "./Broker.ts"

/** A connection and what it logs. */
const watched = Effect.fnUntraced(function*(url: string, options: Parameters<typeof connection>[1] = {}) {
  const logged: Array<LogEntry> = []
  const connecting = yield* Effect.forkChild(
    Layer.build(connection(url, options)).pipe(
      Effect.map(Context.get(NatsConnection)),
      Effect.provide(recorded(logged))
    ),
    { startImmediately: true }
  )
  const times = (text: string) => logged.filter(({ message }) => message.includes(text)).length
  return {
    logged,
    times,
    connected: Fiber.join(connecting),
    said: (text: string, count = 1) =>
      Effect.mapError(
        eventually(`${count} x "${text}"`, Effect.sync(() => times(text) >= count)),
        (error) => new Cause.TimeoutError(`${error.message} in ${JSON.stringify(logged, undefined, 1)}`)
      )
  }
})

const is = (tag: "Connected" | "Disconnected", to: NatsConnection["Service"]) =>
  eventually(tag, Effect.map(to.status, (status) => status._tag === tag))

/** Attempts that the server refused so far. */
const refusals = (server: NatsServer) =>
  Effect.map(server.log, (log) => log.split(/authentication error|Authorization Violation/i).length - 1)

/** Waits until the server has refused so many attempts more. */
const refusesAgain = Effect.fnUntraced(function*(server: NatsServer, times: number) {
  const before = yield* refusals(server)
  yield* eventually("it is tried again", Effect.map(refusals(server), (now) => now >= before + times))
})

const secretFile = (name: string) =>
  Effect.map(
    temporaryFolder,
    (folder) => ({
      path: join(folder, name),
      write: (text: string) => Effect.promise(() => writeFile(join(folder, name), text))
    })
  )

const refused = "authentication refused"

describe("credentials", () => {
  it.live(
    "a wrong password is logged once for each time that it becomes wrong, not for each try",
    () =>
      Effect.gen(function*() {
        const passwordIs = (password: string) => `authorization { user: me, password: ${password} }`
        const server = yield* NatsServer.server({ config: passwordIs("another") })
        const { connected, logged, said, times } = yield* watched(server.url.replace("nats://", "nats://me:mine@"))
        yield* said(refused)
        yield* refusesAgain(server, 2)
        yield* server.stop
        yield* said("connection refused")
        yield* server.start
        yield* refusesAgain(server, 2)
        assert.strictEqual(times(refused), 1)

        yield* server.reload(passwordIs("mine"))
        const it = yield* connected
        yield* said("connected to")
        yield* server.reload(passwordIs("another"))
        yield* is("Disconnected", it)
        yield* said(refused, 2)
        yield* refusesAgain(server, 2)
        assert.deepStrictEqual([times(refused), times("connection refused")], [2, 1])
        assert.isTrue(logged.every(({ level, message }) => level === "Error" || !message.includes(refused)))
      }),
    { timeout: 60_000 }
  )

  it.live("an nkey that is replaced while running, the file first and the broker later, is taken up without a restart", () =>
    Effect.gen(function*() {
      const [old, renewed] = [createUser(), createUser()]
      const seed = (pair: typeof old) => new TextDecoder().decode(pair.getSeed())
      const only = (pair: typeof old) => `authorization { users: [{ nkey: ${pair.getPublicKey()} }] }`
      const server = yield* NatsServer.server({ config: only(old) })
      const file = yield* secretFile("user.nk")
      yield* file.write(seed(old))
      const { connected, times } = yield* watched(server.url, { nkeyFile: file.path })
      const it = yield* connected
      yield* file.write(seed(renewed))
      assert.strictEqual((yield* it.status)._tag, "Connected")
      yield* server.reload(only(renewed))
      yield* eventually("it came back", Effect.sync(() => times("connected to") === 2))
      yield* it.main.flush
      assert.strictEqual(times(refused), 0)
    }))

  it.live("a credentials file that runs out is an error until it is renewed, once in the log, and then forgotten", () =>
    Effect.gen(function*() {
      const authority = yield* makeJwtAuthority
      const server = yield* NatsServer.server({ config: authority.config })
      const file = yield* secretFile("user.creds")
      yield* file.write(yield* authority.credentials(3))
      const { connected, logged, said, times } = yield* watched(server.url, { credsFile: file.path })
      const it = yield* connected
      yield* is("Disconnected", it)
      yield* said("lost the connection to n1: User Authentication Expired")
      yield* said("authentication refused: Authorization Violation")
      yield* refusesAgain(server, 2)
      const messages = logged.map(({ message }) => message)
      assert.deepStrictEqual(messages, [...new Set(messages)])
      assert.strictEqual(times("pings"), 0)
      yield* file.write(yield* authority.credentials(600))
      yield* is("Connected", it)
      yield* it.main.flush
    }))

  it.live("a broker that wants a client certificate: refused without, connected with one of a private authority", () =>
    Effect.gen(function*() {
      const { ca, client, clientKey } = TestCertificates
      const server = yield* NatsServer.server({
        config: `tls {
          cert_file: "${TestCertificates.server}", key_file: "${TestCertificates.serverKey}"
          ca_file: "${ca}", verify: true
        }`
      })
      const url = `tls://127.0.0.1:${server.clientPort}`
      const without = yield* watched(url, { tlsCaFile: ca })
      yield* without.said("TLS refused")
      const tries = Effect.map(server.log, (log) => log.split("TLS handshake error").length - 1)
      yield* eventually("it is tried again", Effect.map(tries, (count) => count > 6))
      const severe = without.logged.filter(({ level }) => level === "Error")
      assert.lengthOf(severe, 1)
      assert.match(severe[0]!.message, /TLS refused: [a-z0-9 ]*certificate required \(ERR_SSL_\w+\)$/)
      // Whether the alert arrives before the end of the connection is chance; neither is repeated.
      assert.isAtMost(without.logged.length, 2)

      const certified = yield* watched(url, { tlsCaFile: ca, tlsCertFile: client, tlsKeyFile: clientKey })
      yield* (yield* certified.connected).main.flush
      assert.strictEqual(certified.times("TLS refused"), 0)
    }))
})
