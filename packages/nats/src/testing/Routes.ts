import { Effect, type Scope } from "effect"
import { makeTcpProxy, type TcpProxy } from "./TcpProxy.ts"

/** The lines between brokers. Each pair has two, one for each that may dial the other. */
export interface Routes {
  /** All lines of one broker. */
  readonly of: (index: number) => {
    readonly cut: Effect.Effect<void>
    readonly silence: Effect.Effect<void>
    readonly heal: Effect.Effect<void>
  }
  /** For the brokers, when they are made. */
  readonly make: (from: number, to: number, port: number) => Effect.Effect<number, never, Scope.Scope>
}

/** Lines that a cluster is made with; see `route` of `NatsServer.cluster`. */
export const makeRoutes = (): Routes => {
  const lines: Array<{ readonly ends: ReadonlyArray<number>; readonly line: TcpProxy }> = []
  const each = (index: number, act: (line: TcpProxy) => Effect.Effect<void>) =>
    Effect.suspend(() =>
      Effect.forEach(lines.filter(({ ends }) => ends.includes(index)), ({ line }) => act(line), { discard: true })
    )
  return {
    of: (index) => ({
      cut: each(index, (line) => line.cut),
      silence: each(index, (line) => line.silence),
      heal: each(index, (line) => line.heal)
    }),
    make: (from, to, port) =>
      Effect.map(makeTcpProxy(port), (line) => {
        lines.push({ ends: [from, to], line })
        return line.port
      })
  }
}
