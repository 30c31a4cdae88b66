import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { MsgHdrsImpl } from "@nats-io/nats-core"
import { Deferred, Effect, Exit } from "effect"
import { connect as dial } from "node:net"
import type { NatsError } from "../src/connection/NatsError.ts"
import { operator } from "./Broker.ts"
import { ask, reply, subscribed, withServer, words } from "./Subscribed.ts"

/** Says something to the broker that no client library would, and gives everything that comes back within its time. */
const rawly = Effect.fnUntraced(function*(url: string) {
  const { hostname, port } = new URL(url)
  const heard = { text: "" }
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => dial({ host: hostname, port: Number(port) })),
    (socket) => Effect.sync(() => socket.destroy())
  )
  socket.on("data", (bytes) => heard.text += bytes.toString())
  socket.on("error", () => undefined)
  socket.write("CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB answers.* 1\r\n")
  return {
    send: (subject: string, replyTo: string, headers: Buffer) => {
      socket.write(Buffer.concat([
        Buffer.from(`HPUB ${subject} ${replyTo} ${headers.length} ${headers.length}\r\n`),
        headers,
        Buffer.from("\r\n")
      ]))
    },
    heard: () => heard.text
  }
})

it.live(
  "a message whose headers cannot be read is answered, and so is the next",
  () =>
    withServer((server) =>
      Effect.gen(function*() {
        yield* subscribed({ handle: ({ headersProblem }) => Effect.succeed(reply(headersProblem ?? "fine")) })
        const hostile = yield* rawly(server.url)
        const bad = ["a b: c", "X-Actor: a\rb", "ü: x", "\u0001: x"]
        const blocks = [
          ...bad.map((line) => Buffer.from(`NATS/1.0\r\n${line}\r\n\r\n`)),
          Buffer.from("NATS/1.0 503\r\n\r\n"),
          Buffer.from("no headers at all"),
          Buffer.from([0xff, 0xfe, 0x00])
        ]
        for (const [index, block] of blocks.entries()) {
          hostile.send("commands.a", `answers.${index}`, block)
          yield* eventually(
            `answer ${index}`,
            Effect.sync(() => hostile.heard().includes(`MSG answers.${index} `))
          )
        }
        const longest = `answers.${"x".repeat(4_000)}`
        hostile.send("commands.a", longest, blocks[0]!)
        yield* eventually("an answer to a long name", Effect.sync(() => hostile.heard().includes(`MSG ${longest} `)))
        assert.strictEqual(yield* words(ask(yield* operator(server.url), "commands.a")), "fine")
      })
    ),
  60_000
)

it.live(
  "headers that are too many, or not UTF-8, are not read",
  () =>
    withServer((server) =>
      Effect.gen(function*() {
        yield* subscribed({
          handle: ({ header, headersProblem }) => Effect.succeed(reply(headersProblem ?? header("x-actor") ?? "none"))
        })
        const hostile = yield* rawly(server.url)
        const many = (count: number) =>
          Buffer.from(`NATS/1.0\r\n${Array.from({ length: count }, (_, n) => `h${n}: v\r\n`).join("")}\r\n`)
        const cases = [
          [many(7_000), "at most 16384 are read"],
          [many(90_000), "at most 16384 are read"],
          [Buffer.from("NATS/1.0\r\nX-Actor: J\xfcrg\r\n\r\n", "latin1"), "they are not UTF-8"],
          [Buffer.concat([many(1).subarray(0, -2), Buffer.from("X-ACTOR: Jürg\r\n\r\n")]), "Jürg"]
        ] as const
        for (const [index, [block, answer]] of cases.entries()) {
          hostile.send("commands.a", `answers.${index}`, block)
          yield* eventually(
            `answer ${index}`,
            Effect.sync(() => hostile.heard().includes(`MSG answers.${index} `) && hostile.heard().includes(answer))
          )
        }
      })
    ),
  60_000
)

it.live(
  "a listener that throws ends its own subscription, and not the connection",
  () =>
    withServer(() =>
      Effect.gen(function*() {
        const { main } = yield* NatsConnection
        const ended = yield* Deferred.make<NatsError>()
        yield* main.subscribe({
          subject: "things.>",
          resubscribe: true,
          onMessage: () => {
            throw new Error("unheard of")
          },
          onEnd: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
        })
        yield* main.publish("things.a", "")
        assert.include((yield* Deferred.await(ended)).message, "unheard of")
        yield* main.flush
      })
    ),
  20_000
)

it.live(
  "an answer whose headers cannot be read fails its own request, and not the connection",
  () =>
    withServer((server) =>
      Effect.gen(function*() {
        const { main } = yield* NatsConnection
        const responder = yield* operator(server.url)
        responder.subscribe("hostile", {
          callback: (_, message) => void message.respond("no", { headers: MsgHdrsImpl.fromRecord({ "a b": ["c"] }) })
        })
        yield* Effect.promise(() => responder.flush())
        // Of an answer to `request` with a body nobody looks at the headers.
        yield* main.request("hostile", "", { timeoutMillis: 10_000 })
        const refused = yield* Effect.flip(main.requestMany("hostile", "", { timeoutMillis: 10_000 }))
        assert.strictEqual(refused.reason._tag, "Unexpected")
        yield* main.flush
      })
    ),
  60_000
)
