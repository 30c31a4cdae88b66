import { Effect, type Scope } from "effect"
import { connect, createServer, type Socket } from "node:net"

/** A line between a client and a broker that can be broken. */
export interface TcpProxy {
  readonly port: number
  /** Ends all connections, throws away what was held up, and refuses new ones. */
  readonly cut: Effect.Effect<void>
  /** Lets so many bytes more through to the broker, then does what {@link cut} does. */
  readonly cutAfter: (bytes: number) => Effect.Effect<void>
  /** Connections stay open, new ones are taken, and nothing gets through in either direction. */
  readonly silence: Effect.Effect<void>
  /** What clients send is held up; what they are sent gets through. */
  readonly holdRequests: Effect.Effect<void>
  /** What clients are sent is held up; what they send gets through. */
  readonly holdAnswers: Effect.Effect<void>
  /** Lets everything through again, what was held up included. */
  readonly heal: Effect.Effect<void>
  /** Whether something waits to get through. */
  readonly isHolding: Effect.Effect<boolean>
}

/** Forwards connections to a port of this machine. Closed with the scope. */
export const makeTcpProxy = (target: number): Effect.Effect<TcpProxy, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => open(target)),
      ({ close }) => Effect.promise(close)
    ),
    ({ isHolding, port, set }) => ({
      port,
      cut: Effect.sync(() => set("cut")),
      cutAfter: (bytes) => Effect.sync(() => set("counted", bytes)),
      silence: Effect.sync(() => set("silent")),
      holdRequests: Effect.sync(() => set("deaf")),
      holdAnswers: Effect.sync(() => set("mute")),
      heal: Effect.sync(() => set("open")),
      isHolding: Effect.sync(isHolding)
    })
  )

/** As the client sees the broker: deaf, it hears nothing; mute, it says nothing; counted, it hears so much and no more. */
type Mode = "open" | "cut" | "counted" | "silent" | "deaf" | "mute"

const open = async (target: number) => {
  let mode: Mode = "open"
  let bytesLeft = 0
  const lines = new Set<readonly [Socket, Socket]>()

  const flow = (from: Socket, to: Socket) => {
    // Piped twice, everything would arrive twice.
    from.unpipe(to).off("data", count)
    from.pipe(to)
  }
  const hold = (from: Socket, to: Socket) => {
    from.unpipe(to).off("data", count).pause()
    // Takes in what comes, so that it is known that something came.
    from.read(0)
  }
  function count(this: Socket, chunk: Buffer) {
    const line = [...lines].find(([near]) => near === this)
    if (line === undefined) return
    const [near, far] = line
    const part = chunk.subarray(0, bytesLeft)
    bytesLeft -= part.length
    if (bytesLeft > 0) return void far.write(part)
    // What was let through must arrive, so this line ends behind it.
    lines.delete(line)
    far.end(part, () => far.destroy())
    near.destroy()
    set("cut")
  }
  const apply = ([near, far]: readonly [Socket, Socket]) => {
    const pass = (isHeld: boolean) => isHeld ? hold : flow
    if (mode === "counted") near.unpipe(far).off("data", count).on("data", count).resume()
    else pass(mode === "silent" || mode === "deaf")(near, far)
    pass(mode === "silent" || mode === "mute")(far, near)
  }
  const end = (line: readonly [Socket, Socket]) => {
    if (!lines.delete(line)) return
    for (const socket of line) socket.destroy()
  }

  const set = (next: Mode, bytes = 0) => {
    mode = next
    bytesLeft = bytes
    for (const line of lines) (next === "cut" ? end : apply)(line)
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
    apply(line)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set,
    isHolding: () => {
      for (const line of lines) if (line.some((socket) => socket.isPaused() && socket.readableLength > 0)) return true
      return false
    },
    close: () => {
      for (const line of lines) end(line)
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}
