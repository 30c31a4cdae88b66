import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { eventuallySeen } from "@cim-domain/testbed/eventually"
import { Context, Effect, Fiber, Layer } from "effect"
import { connection, type LogEntry, recorded } from "./Broker.ts"

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
      eventuallySeen(`${count} x "${text}"`, Effect.sync(() => logged), () => times(text) >= count)
  }
})
