import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"

const listening = (onSocket: (socket: Socket) => unknown) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer((socket) => void onSocket(socket.on("error", () => undefined)))
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      return { server, port: typeof address === "object" && address !== null ? address.port : 0 }
    }),
    ({ server }) => Effect.sync(() => void server.close())
  )

const echo = listening((socket) => socket.pipe(socket))

const dial = (port: number) =>
  Effect.acquireRelease(
    Effect.sync(() => connect(port, "127.0.0.1").on("error", () => undefined)),
    (socket) => Effect.sync(() => void socket.destroy())
  )

it.live("lets through, holds up, ends, and lets through again", () =>
  Effect.gen(function*() {
    const { port } = yield* echo
    const proxy = yield* makeTcpProxy(port)
    const first = yield* dial(proxy.port)
    const heard = (socket: typeof first) => Effect.promise(async () => String((await once(socket, "data"))[0]))

    first.write("one")
    assert.strictEqual(yield* heard(first), "one")

    yield* proxy.silence
    const second = yield* dial(proxy.port)
    first.write("two")
    second.write("three")
    let early = 0
    first.on("data", () => early++)
    // A connection of its own to the far side is faster than the proxy would be.
    const direct = yield* dial(port)
    direct.write("direct")
    assert.strictEqual(yield* heard(direct), "direct")
    assert.strictEqual(early, 0)
    const both = yield* Effect.forkChild(Effect.all([heard(first), heard(second)], { concurrency: 2 }), {
      startImmediately: true
    })
    yield* proxy.heal
    assert.deepStrictEqual(yield* Fiber.join(both), ["two", "three"])

    yield* proxy.cut
    yield* Effect.promise(() => first.closed ? Promise.resolve([]) : once(first, "close"))
    const refused = yield* dial(proxy.port)
    yield* Effect.promise(() => once(refused, "close"))

    yield* proxy.heal
    const third = yield* dial(proxy.port)
    third.write("four")
    assert.strictEqual(yield* heard(third), "four")
  }))

it.live("holds up one direction until it is healed, and throws away what it holds when it is cut", () =>
  Effect.gen(function*() {
    const received: Array<string> = []
    const { port } = yield* listening((socket) =>
      socket.on("data", (data) => {
        received.push(String(data))
        socket.write(`answer to ${String(data)}`)
      })
    )
    const proxy = yield* makeTcpProxy(port)
    const client = yield* dial(proxy.port)
    const answers: Array<string> = []
    client.on("data", (data) => answers.push(String(data)))
    const until = (what: string, holds: () => boolean) => eventually(what, Effect.sync(holds))

    yield* proxy.holdAnswers
    client.write("one")
    yield* eventually("the answer waits", proxy.isHolding)
    assert.deepStrictEqual([received, answers], [["one"], []])
    yield* proxy.heal
    yield* proxy.heal
    yield* until("the answer comes", () => answers.length > 0)
    assert.isFalse(yield* proxy.isHolding)

    yield* proxy.holdRequests
    client.write("two")
    yield* eventually("the request waits", proxy.isHolding)
    yield* proxy.heal
    yield* until("the answer comes", () => answers.length > 1)

    yield* proxy.holdRequests
    client.write("never")
    yield* eventually("the request waits", proxy.isHolding)
    yield* proxy.cut
    yield* proxy.heal
    const next = yield* dial(proxy.port)
    next.write("three")
    yield* until("what was sent later arrives", () => received.includes("three"))
    assert.deepStrictEqual(received, ["one", "two", "three"])

    yield* proxy.cutAfter(4)
    next.resume().write("four and more")
    yield* Effect.promise(() => once(next, "close"))
    yield* until("what was let through arrives", () => received.includes("four"))
    yield* proxy.heal
    assert.deepStrictEqual(received, ["one", "two", "three", "four"])
    assert.deepStrictEqual(answers, ["answer to one", "answer to two"])
  }))
