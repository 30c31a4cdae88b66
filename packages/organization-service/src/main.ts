import {
  CommandSubscription,
  EventStream,
  JetStreamEventStore,
  JetStreamSnapshotStore,
  NatsConnection
} from "@cim-domain/nats"
import { commandQueueGroup, commandSubscription, eventPrefix, snapshotPrefix } from "@cim-domain/organization"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Duration, Effect, Exit, Layer, Option, Runtime } from "effect"
import { logging } from "./Logging.ts"
import { makeReplica } from "./Replica.ts"
import { readSettings, type Settings, snapshotStreamOf } from "./Settings.ts"

const stores = (settings: Settings) =>
  Layer.mergeAll(
    // Half, so that a lost acknowledgement can still be looked up in time.
    JetStreamEventStore.layer({ ackTimeout: Duration.millis(settings.commandTimeoutMillis / 2) }),
    JetStreamSnapshotStore.layer({ stream: snapshotStreamOf(settings.streamName), subjectPrefix: snapshotPrefix })
  ).pipe(
    Layer.provideMerge(EventStream.layer({ name: settings.streamName, subjectPrefix: eventPrefix })),
    Layer.provideMerge(NatsConnection.layer({ ...settings, url: settings.natsUrl, name: "organization-service" }))
  )

/** Serves for ever. Ends by interruption, after a drain, or by failing when one of its loops does. */
const serve = Effect.fnUntraced(function*(settings: Settings) {
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
  const loops = [commands, stream.watch, replica.streamGone]
  yield* Effect.ensuring(
    Effect.all(loops, { concurrency: "unbounded", discard: true }),
    Effect.flatMap(replica.answered, (commands) => Effect.annotateLogs(Effect.logInfo("stopped"), { commands }))
  )
}, Effect.scoped)

const main = Effect.gen(function*() {
  const settings = yield* readSettings
  yield* serve(settings).pipe(
    Effect.provide(stores(settings)),
    Effect.tapCause((cause) => Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logFatal(inWords(cause))),
    Effect.provide(logging(settings.logLevel))
  )
}).pipe(
  Effect.catchTag(
    "BadSettings",
    (error) => Effect.andThen(Effect.forEach(error.lines, (line) => Effect.logFatal(line)), Effect.fail(error))
  ),
  Effect.provide(logging("Info"))
)

/** A failure by its message; a defect with all there is, because somebody has to mend it. */
const inWords = (cause: Cause.Cause<Error>): string =>
  Option.match(Cause.findErrorOption(cause), { onNone: () => Cause.pretty(cause), onSome: (error) => error.message })

/** A stop that was asked for is a success. What else ends the replica has been logged. */
const teardown: Runtime.Teardown = (exit, done) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? done(0) : Runtime.defaultTeardown(exit, done)

NodeRuntime.runMain(main, { teardown, disableErrorReporting: true })
