import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Cause, Context, Effect, Fiber, Layer } from "effect"
import { connection, eventually, type LogEntry, recorded } from "./Broker.ts"

/** A connection and what it logs. */
export const watched = Effect.fnUntraced(function*(url: string, options: Parameters<typeof connection>[1] = {}) {
  const logged: Array<LogEntry> = []
  const connecting = yield* Effect.forkChild(
    Layer.build(connection(url, options)).pipe(
      Effect.map(Context.get(NatsConnection)),
      Effect.provide(recorded(logged))
    ),
    { startImmediately: true }
  )
  const times = (text: string) => logged.filter(({ message }) => message.includes(text)).length
  return {
    logged,
    times,
    connected: Fiber.join(connecting),
    said: (text: string, count = 1) =>
      Effect.mapError(
        eventually(`${count} x "${text}"`, Effect.sync(() => times(text) >= count)),
        (error) => new Cause.TimeoutError(`${error.message} in ${JSON.stringify(logged, undefined, 1)}`)
      )
  }
})
