import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { connection, type LogEntry, recorded } from "./Broker.ts"

it.live("a connection that comes and goes is said to do so once", () => {
  const logged: Array<LogEntry> = []
  const times = (text: string) => logged.filter(({ message }) => message.startsWith(text)).length
  return Effect.gen(function*() {
    const server = yield* NatsServer.server()
    const line = yield* makeTcpProxy(server.clientPort)
    yield* Effect.gen(function*() {
      const { status } = yield* NatsConnection
      const is = (wanted: string) => Effect.map(status, ({ _tag }) => _tag === wanted)
      for (let n = 0; n < 12; n++) {
        yield* line.cut
        yield* eventually("it is lost", is("Disconnected"))
        yield* line.heal
        yield* eventually("it is back", is("Connected"))
      }
    }).pipe(Effect.provide(connection(`nats://127.0.0.1:${line.port}`)))
    assert.strictEqual(times("the connection comes and goes: lost the connection to n1"), 1)
    assert.isAtMost(times("lost the connection"), 5)
    assert.isAtMost(times("connected to"), 6)
  }).pipe(Effect.provide(recorded(logged)))
}, 60_000)
