import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { once } from "node:events"
import { connect, createServer } from "node:net"
import { makeTcpProxy } from "../src/TcpProxy.ts"

const echo = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = createServer((socket) => void socket.on("error", () => undefined).pipe(socket))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    return { server, port: typeof address === "object" && address !== null ? address.port : 0 }
  }),
  ({ server }) => Effect.sync(() => void server.close())
)

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
