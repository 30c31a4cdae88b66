import {
  CommandSubscription,
  EventStream,
  JetStreamEventStore,
  JetStreamSnapshotStore,
  NatsConnection
} from "@cim-domain/nats"
import { commandQueueGroup, commandSubscription, eventPrefix, snapshotPrefix } from "@cim-domain/organization"
import { logging } from "@cim-domain/organization-service/Logging"
import { makeReplica } from "@cim-domain/organization-service/Replica"
import { readSettings, type Settings, snapshotStreamOf } from "@cim-domain/organization-service/Settings"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Config, Effect, Exit, Layer, Runtime } from "effect"
import { plant, plantedFaults } from "./PlantedFault.ts"

/** A replica as the service's own `main` puts it together, with a fault between it and its event store. */
export const plantedReplica = Effect.gen(function*() {
  const settings = yield* readSettings
  const fault = yield* Config.Literals(plantedFaults, "PLANTED_FAULT")
  return yield* serve(settings).pipe(
    Effect.provide(Layer.provideMerge(plant(fault), stores(settings))),
    Effect.tapError((error) => Effect.logFatal(error.message)),
    Effect.provide(logging(settings.logLevel))
  )
})

const stores = (settings: Settings) =>
  Layer.mergeAll(
    JetStreamEventStore.layer({ ackTimeout: settings.commandTimeoutMillis / 2 }),
    JetStreamSnapshotStore.layer({ stream: snapshotStreamOf(settings.streamName), subjectPrefix: snapshotPrefix })
  ).pipe(
    Layer.provideMerge(EventStream.layer({ name: settings.streamName, subjectPrefix: eventPrefix })),
    Layer.provideMerge(NatsConnection.layer({ ...settings, url: settings.natsUrl, name: "planted" }))
  )

const serve = Effect.fnUntraced(function*(settings: Settings) {
  const replica = yield* makeReplica(settings)
  return yield* CommandSubscription.run({
    subject: commandSubscription,
    queue: commandQueueGroup,
    maxInFlight: settings.maxInFlight,
    handle: replica.answer,
    overloaded: replica.refuse,
    defect: replica.fail,
    onSubscribed: Effect.logInfo("ready")
  })
}, Effect.scoped)

const teardown: Runtime.Teardown = (exit, done) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? done(0) : Runtime.defaultTeardown(exit, done)

NodeRuntime.runMain(plantedReplica, { teardown, disableErrorReporting: true })
