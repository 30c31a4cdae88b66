import { Effect, type Scope } from "effect"
import { connect, createServer, type Server, type Socket } from "node:net"
import { NatsServer, type NatsServerError, type NatsServerOptions } from "./NatsServer.ts"
import { makeTcpProxy, type TcpProxy } from "./TcpProxy.ts"

/** Two sites: a server, and another one that joins its subjects as a leaf node, each with a JetStream of its own. */
export interface Sites {
  /** Its JetStream domain is `hub`. */
  readonly hub: NatsServer
  /** Its JetStream domain is `leaf`, unless it has no JetStream. */
  readonly leaf: NatsServer
  /** The line between them. */
  readonly line: TcpProxy
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  )

const freePort = Effect.promise(async () => {
  const probe = createServer()
  const port = await listen(probe)
  await new Promise((resolve) => probe.close(resolve))
  return port
})

/** Forwards connections to a port of this machine; whatever goes over them takes so many milliseconds more. */
const slowLine = (target: number, millis: number): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const sockets = new Set<Socket>()
        const server = createServer((near) => {
          const far = connect(target, "127.0.0.1")
          for (const [from, to] of [[near, far], [far, near]] as const) {
            sockets.add(from)
            from.setNoDelay(true)
            from.on("data", (chunk) => void Effect.runFork(Effect.delay(Effect.sync(() => to.write(chunk)), millis)))
            from.once("error", () => to.destroy()).once("close", () => to.destroy())
          }
        })
        return { server, sockets, port: await listen(server) }
      }),
      ({ server, sockets }) =>
        Effect.promise(() => {
          for (const socket of sockets) socket.destroy()
          return new Promise((resolve) => server.close(resolve))
        })
    ),
    ({ port }) => port
  )

/** Starts both, with a line that takes so many milliseconds in each direction. They are joined once they find each other. */
export const makeSites = Effect.fnUntraced(function*(
  { leaf = {}, lineMillis = 0 }: { readonly leaf?: NatsServerOptions; readonly lineMillis?: number } = {}
): Effect.fn.Return<Sites, NatsServerError, Scope.Scope> {
  const port = yield* freePort
  const line = yield* makeTcpProxy(yield* slowLine(port, lineMillis))
  const hub = yield* NatsServer.server({
    name: "hub",
    domain: "hub",
    config: `leafnodes { listen: "127.0.0.1:${port}" }`
  })
  return {
    hub,
    line,
    leaf: yield* NatsServer.server({
      name: "leaf",
      domain: "leaf",
      config: `leafnodes { reconnect_interval: "100ms", remotes: [{ url: "nats://127.0.0.1:${line.port}" }] }`,
      ...leaf
    })
  }
})
