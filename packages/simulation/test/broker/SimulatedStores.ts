import { EventStream } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { JetStreamSnapshotStore } from "@cim-domain/nats/JetStreamSnapshotStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { simulatedConnection } from "@cim-domain/simulation/broker/client/simulatedConnection"
import { SimulatedBroker } from "@cim-domain/simulation/broker/SimulatedBroker"
import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { Effect, Layer } from "effect"
import { liveTimeline } from "./liveTimeline.ts"

/** A broker that goes with the clock of the machine. */
export const liveBroker = (size: 1 | 3, seed = 1): SimulatedBroker =>
  new SimulatedBroker({
    timeline: liveTimeline(),
    randomness: makeRandomness(seed, "broker"),
    size,
    epochMillis: Date.now()
  })

/** The connection of one client. */
export const connectionTo = (broker: SimulatedBroker, name = "test"): Layer.Layer<NatsConnection> =>
  Layer.effect(NatsConnection, Effect.suspend(() => simulatedConnection({ broker, name })))

/** The real event store and the real snapshot store, on a simulated broker. */
export const simulatedStores = (size: 1 | 3) =>
  Layer.unwrap(
    Effect.sync(() =>
      JetStreamSnapshotStore.layer({ stream: "SNAPSHOTS", subjectPrefix: "things.snapshots" }).pipe(
        Layer.provideMerge(JetStreamEventStore.layer()),
        Layer.provideMerge(EventStream.layer({ name: "THINGS", subjectPrefix: "things.events" })),
        Layer.provideMerge(connectionTo(liveBroker(size)))
      )
    )
  )
