import { organizationService } from "@cim-domain/organization-service/organizationService"
import { brokerStores } from "@cim-domain/service/brokerStores"
import { logging } from "@cim-domain/service/logging"
import { serve } from "@cim-domain/service/serve"
import { readSettings } from "@cim-domain/service/Settings"
import { Supervision } from "@cim-domain/service/Supervision"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Config, Effect, Exit, Layer, Runtime } from "effect"
import { plant, plantedFaults } from "./PlantedFault.ts"

/** A replica as the service's own `main` puts it together, with a fault between it and its event store. */
export const plantedReplica = Effect.gen(function*() {
  const settings = yield* readSettings(organizationService)
  const fault = yield* Config.Literals(plantedFaults, "PLANTED_FAULT")
  return yield* serve(organizationService, settings).pipe(
    Effect.provide(
      Layer.merge(
        Layer.provideMerge(plant(fault), brokerStores(organizationService, settings)),
        Supervision.layer(settings)
      )
    ),
    Effect.tapError((error) => Effect.logFatal(error.message)),
    Effect.provide(logging(settings.logLevel))
  )
})

const teardown: Runtime.Teardown = (exit, done) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? done(0) : Runtime.defaultTeardown(exit, done)

NodeRuntime.runMain(plantedReplica, { teardown, disableErrorReporting: true })
