import { makeReplica, type ReplicaOptions } from "@cim-domain/commands/replica/Replica"
import { CommandSubscription, EventStream, NatsConnection } from "@cim-domain/nats"
import { Effect, Stream } from "effect"
import process from "node:process"
import type { Program } from "./Program.ts"
import type { Settings } from "./Settings.ts"
import { Supervision } from "./Supervision.ts"

/** What of the settings a replica serves by, once it is connected. */
export type ServeSettings =
  & Pick<
    Settings,
    | "acceptLegacySubjects"
    | "cacheBytes"
    | "cacheCapacity"
    | "commandTimeoutMillis"
    | "limits"
    | "maxBytesInFlight"
    | "maxInFlight"
    | "snapshotEvery"
  >
  & Pick<ReplicaOptions<never>, "newId">

/** Serves for ever. Ends by interruption, after a drain, or by failing when one of its loops does. */
export const serve = Effect.fnUntraced(function*({ aggregate }: Pick<Program, "aggregate">, settings: ServeSettings) {
  const { commandPrefix, commandQueueGroup, commandSubscription, eventPrefix, snapshotPrefix } = aggregate.subjects
  const replica = yield* makeReplica(aggregate, {
    ...settings,
    limits: { ...aggregate.limits, ...settings.limits }
  })
  const stream = yield* EventStream
  const connection = yield* NatsConnection
  const supervision = yield* Supervision
  const commands = CommandSubscription.run({
    subject: commandSubscription,
    queue: commandQueueGroup,
    noAnswersTo: [commandPrefix, eventPrefix, snapshotPrefix],
    maxInFlight: settings.maxInFlight,
    maxBytesInFlight: settings.maxBytesInFlight,
    take: (message, services, respond) => {
      const ended = supervision.command()
      const giveUp = replica.take(message, services, (exit) => {
        ended()
        respond(exit)
      })
      return () => {
        ended()
        giveUp?.()
      }
    },
    overloaded: replica.refuse,
    defect: replica.fail,
    onSubscribed: Effect.annotateLogs(Effect.logInfo("ready"), {
      broker: connection.url,
      stream: stream.name,
      pid: process.pid
    }).pipe(Effect.andThen(supervision.ready))
  })
  const told = connection.changes.pipe(
    Stream.runForEach((change) =>
      supervision.status(
        change._tag === "Connected"
          ? `connected to ${connection.url}, stream ${stream.name}`
          : `waiting for the broker at ${connection.url}: ${change.cause}`
      )
    ),
    Effect.andThen(Effect.never)
  )
  const loops = [commands, stream.watch, replica.sweepSnapshots, replica.streamGone, told]
  return yield* Effect.all(loops, { concurrency: "unbounded", discard: true }).pipe(
    Effect.ensuring(
      Effect.flatMap(replica.answered, (commands) => Effect.annotateLogs(Effect.logInfo("stopped"), { commands }))
    )
  )
}, Effect.scoped)
