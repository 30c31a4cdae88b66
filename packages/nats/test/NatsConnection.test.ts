import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:net"
import { join } from "node:path"
import { connection, type LogEntry, operator, recorded } from "./Broker.ts"
import { TestCertificates } from "./TestCertificates.ts"

const connect = (url: string, options: Parameters<typeof connection>[1] = {}) =>
  Effect.map(Layer.build(connection(url, options)), Context.get(NatsConnection))

const request = (to: NatsConnection["Service"], subject: string) =>
  Effect.map(to.main.request(subject, "hello", { timeoutMillis: 5_000 }), (message) => message.string())

/** Somebody who answers what is asked on `echo`. */
const echo = Effect.fnUntraced(function*(url: string, options: Parameters<typeof operator>[1] = {}) {
  const client = yield* operator(url, options)
  client.subscribe("echo", { callback: (_, message) => void message.respond(message.data) })
  yield* Effect.promise(() => client.flush())
})

const logging = () => {
  const logged: Array<LogEntry> = []
  return { logged, layer: recorded(logged) }
}

describe("NatsConnection", () => {
  it.live("connects, tells what the server is, and asks", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ maxPayloadBytes: 65_536 })
      yield* echo(server.url)
      const connected = yield* connect(server.url)
      const facts = yield* connected.server
      assert.deepStrictEqual([facts.maxPayloadBytes, facts.name, facts.cluster], [65_536, "n1", undefined])
      assert.match(facts.version, /^\d+\.\d+\.\d+/)
      assert.strictEqual(yield* request(connected, "echo"), "hello")
      assert.strictEqual((yield* connected.status)._tag, "Connected")
    }))

  it.live("a question nobody answers is a definite no, and one too large is not sent", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ maxPayloadBytes: 1_024 })
      const connected = yield* connect(server.url)
      const nobody = yield* Effect.flip(request(connected, "nobody"))
      assert.strictEqual(nobody.reason._tag, "NoResponders")
      const large = yield* Effect.flip(connected.main.request("nobody", "x".repeat(2_000), { timeoutMillis: 1_000 }))
      assert.deepInclude(large.reason, { _tag: "MessageTooLarge", maxBytes: 1_024, actualBytes: 2_000 })
    }))

  it.live("what a slow broker does not take is refused beyond a bound, and is sent again when it has", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const connected = yield* connect(server.url)
      const megabyte = new Uint8Array(1_000_000)
      yield* server.pause
      let sent = 0
      const refusal = yield* Effect.flip(Effect.forever(
        Effect.andThen(
          connected.main.publish("anything", megabyte),
          Effect.suspend(() => {
            assert.isBelow(++sent, 200)
            return Effect.yieldNow
          })
        )
      ))
      assert.strictEqual(refusal.reason._tag, "Busy")
      assert.isTrue(refusal.isRetryable)
      const asked = yield* Effect.flip(connected.main.request("echo", megabyte, { timeoutMillis: 5_000 }))
      assert.strictEqual(asked.reason._tag, "Busy")
      yield* server.resume
      yield* eventually(
        "it is taken",
        Effect.map(Effect.exit(connected.main.publish("anything", megabyte)), Exit.isSuccess)
      )
      yield* connected.main.flush
      assert.strictEqual((yield* connected.status)._tag, "Connected")
    }))

  it.live("comes back after the server was away; meanwhile everything fails at once and nothing is parked", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const { layer, logged } = logging()
      const connected = yield* Effect.provide(connect(server.url), layer)
      yield* server.kill
      yield* eventually("disconnected", Effect.map(connected.status, (status) => status._tag === "Disconnected"))
      // Each socket notices for itself.
      yield* eventually(
        "requests are refused",
        Effect.map(Effect.flip(request(connected, "echo")), ({ reason }) => reason._tag === "Disconnected")
      )
      const parked = yield* Effect.flip(connected.main.publish("parked", "x"))
      assert.strictEqual(parked.reason._tag, "Disconnected")
      yield* eventually(
        "the cause is logged",
        Effect.sync(() => logged.some(({ message }) => message.includes("refused")))
      )
      yield* server.start
      yield* connected.changes.pipe(Stream.filter((status) => status._tag === "Connected"), Stream.runHead)
      yield* echo(server.url)
      assert.strictEqual(yield* request(connected, "echo"), "hello")
      const repeated = logged.filter(({ message }, index) => message === logged[index - 1]?.message)
      assert.deepStrictEqual(repeated, [])
    }))

  it.live("a request in flight fails at once when the connection breaks", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const client = yield* operator(server.url, { reconnect: false })
      const asked = Promise.withResolvers<void>()
      client.subscribe("never", { callback: () => asked.resolve() })
      yield* Effect.promise(() => client.flush())
      const connected = yield* connect(server.url)
      const asking = yield* Effect.forkChild(
        Effect.flip(connected.main.request("never", "", { timeoutMillis: 60_000 }))
      )
      yield* Effect.promise(() => asked.promise)
      yield* server.kill
      const error = yield* Fiber.join(asking)
      assert.strictEqual(error.reason._tag, "Unanswered")
    }))

  it.live("a wrong password is logged once, as an error and without the password, and retried", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ config: "authorization { user: me, password: right }" })
      const { layer, logged } = logging()
      const error = yield* Effect.flip(Effect.provide(
        connect(server.url.replace("nats://", "nats://me:wr0ng@"), { giveUpAfter: "1500 millis" }),
        layer
      ))
      assert.strictEqual(error.reason._tag, "AuthenticationRefused")
      assert.include(error.message, "Authorization Violation")
      const refusals = logged.filter(({ message }) => message.includes("authentication refused"))
      assert.lengthOf(refusals, 1)
      assert.strictEqual(refusals[0]?.level, "Error")
      assert.notInclude(JSON.stringify(logged), "wr0ng")
      const attempts = (yield* server.log).split("authentication error").length - 1
      assert.isAbove(attempts, 2, "it was tried again")
      const connected = yield* connect(server.url.replace("nats://", "nats://me:right@"))
      yield* echo(server.url, { user: "me", pass: "right" })
      assert.strictEqual(yield* request(connected, "echo"), "hello")
    }))

  it.live("an nkey file is read again at each attempt", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      // A pair made for this test.
      const seed = "SUAFGXVGEJIJKMMJ3U7KSLGYSRITVLI4GMTSZ3ATGWKA72X4YSACCZX74E"
      const publicKey = "UCVDVINTMUV76IVWY7M52JBPQ3VXZFBBEADWQ7OOC7T6ZQFNDG3YBROO"
      const server = yield* NatsServer.server({ config: `authorization { users: [{ nkey: ${publicKey} }] }` })
      const file = join(folder, "user.nk")
      const { layer, logged } = logging()
      const connecting = yield* Effect.forkChild(
        Effect.provide(connect(server.url, { nkeyFile: file }), layer),
        { startImmediately: true }
      )
      yield* eventually(
        "the missing file is named",
        Effect.sync(() => logged.some(({ level, message }) => level === "Error" && message.includes(file)))
      )
      yield* Effect.promise(() => writeFile(file, "no seed\n"))
      yield* eventually(
        "the broken file is named",
        Effect.sync(() => logged.some(({ message }) => message.includes("holds no usable credentials")))
      )
      yield* Effect.promise(() => writeFile(file, `${seed}\n`))
      const connected = yield* Fiber.join(connecting)
      assert.strictEqual((yield* connected.status)._tag, "Connected")
    }))

  it.live("tls:// never speaks in clear", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ config: "authorization { user: me, password: secret }" })
      const { layer, logged } = logging()
      const url = server.url.replace("nats://", "tls://me:s3cret@")
      const error = yield* Effect.flip(Effect.provide(connect(url, { giveUpAfter: "500 millis" }), layer))
      assert.include(error.message, "TLS refused")
      assert.deepStrictEqual(
        logged.filter(({ message }) => message.includes("TLS refused")).map(({ level }) => level),
        ["Error"]
      )
      assert.notInclude(yield* server.log, "authentication error", "no credentials were sent")
    }))

  it.live("tls:// works with a certificate it trusts, and only then", () =>
    Effect.gen(function*() {
      const tls = `tls { cert_file: "${TestCertificates.server}", key_file: "${TestCertificates.serverKey}" }`
      const server = yield* NatsServer.server({ config: tls })
      const url = `tls://127.0.0.1:${server.clientPort}`
      const error = yield* Effect.flip(connect(url, { giveUpAfter: "500 millis" }))
      assert.include(error.message, "TLS refused")
      const connected = yield* connect(url, { tlsCaFile: TestCertificates.ca })
      yield* echo(`tls://127.0.0.1:${server.clientPort}`, { tls: { caFile: TestCertificates.ca } })
      assert.strictEqual(yield* request(connected, "echo"), "hello")
    }))

  it.live("ws:// works", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server({ webSocket: true })
      yield* echo(server.url)
      const connected = yield* connect(server.webSocketUrl!)
      assert.strictEqual(yield* request(connected, "echo"), "hello")
      const error = yield* Effect.flip(
        connect(server.webSocketUrl!, { giveUpAfter: "300 millis", tlsCaFile: TestCertificates.ca })
      )
      assert.strictEqual(error.reason._tag, "TlsRefused")
    }))

  it.live("a server that accepts and says nothing is given up on time", () =>
    Effect.gen(function*() {
      const silent = yield* Effect.acquireRelease(
        Effect.promise(() =>
          new Promise<Server>((resolve) => {
            const server = createServer((socket) => socket.on("error", () => socket.destroy()))
            server.listen(0, "127.0.0.1", () => resolve(server))
          })
        ),
        (server) => Effect.sync(() => server.close())
      )
      const address = silent.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const error = yield* Effect.flip(connect(`nats://127.0.0.1:${port}`, { giveUpAfter: "300 millis" }))
      assert.strictEqual(error.reason._tag, "Unreachable")
    }))

  it.live("a half-open connection is found out by its pings, what waits on it fails, and a new one is made when the line heals", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const line = yield* makeTcpProxy(server.clientPort)
      yield* echo(server.url)
      const { layer, logged } = logging()
      const url = `nats://127.0.0.1:${line.port}`
      const connected = yield* Effect.provide(connect(url, { pingInterval: "200 millis" }), layer)
      yield* line.silence
      const waiting = yield* Effect.flip(connected.main.request("echo", "", { timeoutMillis: 60_000 }))
      assert.strictEqual(waiting.reason._tag, "Unanswered")
      yield* eventually("disconnected", Effect.map(connected.status, ({ _tag }) => _tag === "Disconnected"))
      const lost = logged.find(({ message }) => message.startsWith("lost the connection"))
      assert.strictEqual(lost?.message, "lost the connection to n1: the broker no longer answers pings")
      yield* line.heal
      yield* connected.changes.pipe(Stream.filter(({ _tag }) => _tag === "Connected"), Stream.runHead)
      assert.strictEqual(yield* request(connected, "echo"), "hello")
    }))

  it.live("closing ends within its deadline although the server hangs", () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(connection(server.url, { closeTimeout: "200 millis" }), scope)
      yield* server.pause
      const closed = yield* Effect.timeoutOption(Scope.close(scope, Exit.void), "5 seconds")
      assert.strictEqual(closed._tag, "Some")
    }))
})
