import { Effect, type Scope } from "effect"
import { connect, createServer, type Socket } from "node:net"

/** A line between a replica and a broker that can be broken. */
export interface TcpProxy {
  readonly port: number
  /** Ends all connections and refuses new ones. */
  readonly cut: Effect.Effect<void>
  /** Connections stay open, new ones are taken, and nothing gets through in either direction. */
  readonly silence: Effect.Effect<void>
  /** Lets everything through again, what was held up during a silence included. */
  readonly heal: Effect.Effect<void>
}

/** Forwards connections to a port of this machine. Closed with the scope. */
export const makeTcpProxy = (target: number): Effect.Effect<TcpProxy, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => open(target)),
      ({ close }) => Effect.promise(close)
    ),
    ({ port, set }) => ({
      port,
      cut: Effect.sync(() => set("cut")),
      silence: Effect.sync(() => set("silent")),
      heal: Effect.sync(() => set("open"))
    })
  )

type Mode = "open" | "cut" | "silent"

const open = async (target: number) => {
  let mode: Mode = "open"
  const lines = new Set<readonly [Socket, Socket]>()

  const flow = ([near, far]: readonly [Socket, Socket]) => {
    near.pipe(far)
    far.pipe(near)
  }
  const hold = ([near, far]: readonly [Socket, Socket]) => {
    near.unpipe(far).pause()
    far.unpipe(near).pause()
  }
  const end = (line: readonly [Socket, Socket]) => {
    lines.delete(line)
    for (const socket of line) socket.destroy()
  }

  const server = createServer((near) => {
    if (mode === "cut") {
      near.destroy()
      return
    }
    const far = connect(target, "127.0.0.1")
    const line = [near, far] as const
    lines.add(line)
    for (const socket of line) {
      socket.setNoDelay(true)
      socket.once("error", () => end(line))
      socket.once("close", () => end(line))
    }
    if (mode === "open") flow(line)
    else hold(line)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set: (next: Mode) => {
      mode = next
      for (const line of lines) (next === "cut" ? end : next === "silent" ? hold : flow)(line)
    },
    close: () => {
      for (const line of lines) end(line)
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}
