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

/** A connection of a client, and the one to the broker that belongs to it. */
type Line = readonly [near: Socket, far: Socket]

const open = async (target: number) => {
  const lines = new Lines()
  const server = createServer((near) => {
    if (lines.mode === "cut") near.destroy()
    else lines.add([near, connect(target, "127.0.0.1")])
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set: (next: Mode, bytes?: number) => lines.set(next, bytes),
    isHolding: () => lines.isHolding(),
    close: () => {
      lines.endAll()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}

/** The lines that are open, and what gets through them. */
class Lines {
  mode: Mode = "open"
  private bytesLeft = 0
  private readonly lines = new Set<Line>()

  add(line: Line): void {
    this.lines.add(line)
    for (const socket of line) {
      socket.setNoDelay(true)
      socket.once("error", () => this.end(line))
      socket.once("close", () => this.end(line))
    }
    this.apply(line)
  }

  set(next: Mode, bytes = 0): void {
    this.mode = next
    this.bytesLeft = bytes
    if (next === "cut") this.endAll()
    else for (const line of this.lines) this.apply(line)
  }

  endAll(): void {
    for (const line of this.lines) this.end(line)
  }

  isHolding(): boolean {
    for (const line of this.lines) {
      if (line.some((socket) => socket.isPaused() && socket.readableLength > 0)) return true
    }
    return false
  }

  private end(line: Line): void {
    if (!this.lines.delete(line)) return
    for (const socket of line) socket.destroy()
  }

  private apply([near, far]: Line): void {
    const { mode } = this
    if (mode === "counted") near.unpipe(far).off("data", this.count).on("data", this.count).resume()
    else this.pass(near, far, mode === "silent" || mode === "deaf")
    this.pass(far, near, mode === "silent" || mode === "mute")
  }

  private pass(from: Socket, to: Socket, isHeld: boolean): void {
    // Piped twice, everything would arrive twice.
    from.unpipe(to).off("data", this.count)
    if (!isHeld) {
      from.pipe(to)
      return
    }
    from.pause()
    // Takes in what comes, so that it is known that something came.
    from.read(0)
  }

  /** Takes part of a client's bytes to the broker, as a listener of its socket. */
  private readonly count = (() => {
    const { lines } = this
    const take = (line: Line, chunk: Buffer) => {
      const [near, far] = line
      const part = chunk.subarray(0, this.bytesLeft)
      this.bytesLeft -= part.length
      if (this.bytesLeft > 0) return void far.write(part)
      // What was let through must arrive, so this line ends behind it.
      lines.delete(line)
      far.end(part, () => far.destroy())
      near.destroy()
      this.set("cut")
    }
    return function(this: Socket, chunk: Buffer) {
      const line = [...lines].find(([near]) => near === this)
      if (line !== undefined) take(line, chunk)
    }
  })()
}
