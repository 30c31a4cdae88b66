import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { brokerStores } from "../src/brokerStores.ts"
import { logging } from "../src/Logging.ts"
import { serve } from "../src/serve.ts"
import { readSettings } from "../src/Settings.ts"
import { Supervision } from "../src/Supervision.ts"

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
