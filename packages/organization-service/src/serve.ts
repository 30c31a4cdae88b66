import { CommandSubscription, EventStream, NatsConnection } from "@cim-domain/nats"
import { commandQueueGroup, commandSubscription } from "@cim-domain/organization"
import { Effect } from "effect"
import process from "node:process"
import { makeReplica } from "./Replica.ts"
import type { Settings } from "./Settings.ts"

/** Serves for ever. Ends by interruption, after a drain, or by failing when one of its loops does. */
export const serve = Effect.fnUntraced(function*(settings: Settings) {
  const replica = yield* makeReplica(settings)
  const stream = yield* EventStream
  const connection = yield* NatsConnection
  const commands = CommandSubscription.run({
    subject: commandSubscription,
    queue: commandQueueGroup,
    maxInFlight: settings.maxInFlight,
    handle: replica.answer,
    overloaded: replica.refuse,
    defect: replica.fail,
    onSubscribed: Effect.annotateLogs(Effect.logInfo("ready"), {
      broker: connection.url,
      stream: stream.name,
      pid: process.pid
    })
  })
  const loops = [commands, stream.watch, replica.sweepSnapshots, replica.streamGone]
  return yield* Effect.all(loops, { concurrency: "unbounded", discard: true }).pipe(
    Effect.ensuring(
      Effect.flatMap(replica.answered, (commands) => Effect.annotateLogs(Effect.logInfo("stopped"), { commands }))
    )
  )
}, Effect.scoped)
