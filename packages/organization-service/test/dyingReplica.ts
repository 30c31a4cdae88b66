import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { logging } from "@cim-domain/service/logging"
import { Supervision } from "@cim-domain/service/Supervision"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { brokerStores } from "./program.ts"
import { serve } from "./program.ts"
import { readSettings } from "./program.ts"

/** Ends the process, as `kill -9` does, once an event is stored and before anybody is told. */
const deathAfterAppend = Layer.effect(
  EventStore,
  Effect.map(EventStore, (store) =>
    EventStore.of({
      ...store,
      append: (parts) =>
        Effect.tap(
          store.append(parts),
          () => Effect.sync(() => process.kill(process.pid, "SIGKILL"))
        )
    }))
)

/** A replica as the service's own `main` puts it together, that dies of its first append. */
const dyingReplica = Effect.gen(function*() {
  const settings = yield* readSettings
  return yield* serve(settings).pipe(
    Effect.provide(
      deathAfterAppend.pipe(
        Layer.provideMerge(brokerStores(settings)),
        Layer.provideMerge(Supervision.layer(settings)),
        Layer.provideMerge(logging(settings.logLevel))
      )
    )
  )
})

NodeRuntime.runMain(dyingReplica)
