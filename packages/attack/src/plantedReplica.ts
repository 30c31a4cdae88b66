import { brokerStores } from "@cim-domain/organization-service/brokerStores"
import { logging } from "@cim-domain/organization-service/Logging"
import { serve } from "@cim-domain/organization-service/serve"
import { readSettings } from "@cim-domain/organization-service/Settings"
import { Supervision } from "@cim-domain/organization-service/Supervision"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Config, Effect, Exit, Layer, Runtime } from "effect"
import { plant, plantedFaults } from "./PlantedFault.ts"

/** A replica as the service's own `main` puts it together, with a fault between it and its event store. */
export const plantedReplica = Effect.gen(function*() {
  const settings = yield* readSettings
  const fault = yield* Config.Literals(plantedFaults, "PLANTED_FAULT")
  return yield* serve(settings).pipe(
    Effect.provide(
      Layer.merge(Layer.provideMerge(plant(fault), brokerStores(settings)), Supervision.layer(settings))
    ),
    Effect.tapError((error) => Effect.logFatal(error.message)),
    Effect.provide(logging(settings.logLevel))
  )
})

const teardown: Runtime.Teardown = (exit, done) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? done(0) : Runtime.defaultTeardown(exit, done)

NodeRuntime.runMain(plantedReplica, { teardown, disableErrorReporting: true })
