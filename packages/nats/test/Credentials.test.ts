import type { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { createUser } from "@nats-io/jwt"
import { Effect } from "effect"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { makeJwtAuthority } from "./JwtAuthority.ts"
import { TestCertificates } from "./TestCertificates.ts"
import { watched } from "./Watched.ts"

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
      const authority = yield* makeJwtAuthority()
      const server = yield* NatsServer.server({ config: authority.config })
      const file = yield* secretFile("user.creds")
      yield* file.write(yield* authority.credentials(3))
      const { connected, logged, said, times } = yield* watched(server.url, { credsFile: file.path })
      const it = yield* connected
      yield* is("Disconnected", it)
      yield* said("lost the connection to n1: User Authentication Expired")
      yield* said("authentication refused: Authorization Violation")
      yield* refusesAgain(server, 2)
      // In the second in which they run out the broker may let one in once more: since then it is news again.
      const messages = logged.map(({ message }) => message)
      const since = messages.slice(messages.findLastIndex((message) => message.startsWith("connected to")))
      assert.deepStrictEqual(since, [...new Set(since)])
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

  it.live("user and password, or a token, come from files, and are read again when they are renewed", () =>
    Effect.gen(function*() {
      const [user, password, token] = yield* Effect.all([
        secretFile("user"),
        secretFile("password"),
        secretFile("token")
      ])
      yield* user.write("me\n")
      yield* password.write("p@ss/w:rd, with blanks \r\n")
      yield* token.write("s3cret-t0ken")
      const userIs = (pass: string) => `authorization { user: me, password: "${pass}" }`
      const cases = [
        {
          files: { userFile: user.path, passwordFile: password.path },
          config: userIs("p@ss/w:rd, with blanks "),
          renewed: userIs("another"),
          renew: password.write("another\n")
        },
        {
          files: { tokenFile: token.path },
          config: "authorization { token: s3cret-t0ken }",
          renewed: "authorization { token: another }",
          renew: token.write("another\n")
        }
      ]
      for (const { config, files, renew, renewed } of cases) {
        const server = yield* NatsServer.server({ config })
        const { connected, times } = yield* watched(server.url, files)
        const it = yield* connected
        yield* it.main.flush
        yield* renew
        yield* server.reload(renewed)
        yield* eventually("it came back", Effect.sync(() => times("connected to") === 2))
        assert.strictEqual(times(refused), 0)
      }
    }))

  it.live("a file that cannot be used is an error that says why, is tried again, and shows no secret", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ config: "authorization { token: right }" })
      const [empty, lines, right] = yield* Effect.all([secretFile("empty"), secretFile("lines"), secretFile("late")])
      yield* empty.write("\n")
      yield* lines.write("s3cret\nmore\n")
      const folder = yield* temporaryFolder
      const cases = [
        [empty.path, /the file with a token: ".*empty" is empty$/],
        [lines.path, /the file with a token: ".*lines" has more than one line$/],
        [folder, /the file with a token: ".*" is a folder$/],
        ["/dev/null", /the file with a token: "\/dev\/null" is no regular file$/],
        ["s3cret-t0ken", /the file with a token: a path that leads nowhere \(not shown: .*\)$/],
        ["//s3cret", /the file with a token: a path that leads nowhere \(not shown: .*\)$/],
        ["/s3cret/t0ken", /the file with a token: a path that leads nowhere \(not shown: .*\)$/]
      ] as const
      for (const [tokenFile, expected] of cases) {
        const { logged, said } = yield* watched(server.url, { tokenFile })
        yield* said("the file with a token")
        assert.match(logged[0]!.message, expected)
        assert.deepStrictEqual([logged.length, logged[0]!.level], [1, "Error"])
        assert.notInclude(JSON.stringify(logged), "s3cret")
      }
      const late = yield* watched(server.url, { tokenFile: right.path })
      yield* late.said("is missing, or may not be looked at")
      yield* right.write("right")
      yield* (yield* late.connected).main.flush
    }))
})
