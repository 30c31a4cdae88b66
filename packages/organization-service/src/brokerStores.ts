import { EventStream, JetStreamEventStore, JetStreamSnapshotStore, NatsConnection } from "@cim-domain/nats"
import { eventPrefix, snapshotPrefix, snapshotStreamOf } from "@cim-domain/organization"
import { Duration, Layer } from "effect"
import type { Settings } from "./Settings.ts"

/** Event store and snapshot store on a connection to the broker. */
export const connectedStores = (
  { commandTimeoutMillis, createStreams: create, streamName, streamReplicas }: Settings
) => {
  const snapshotStream = snapshotStreamOf(streamName)
  return Layer.mergeAll(
    // Half, so that a lost acknowledgement can still be looked up in time.
    JetStreamEventStore.layer({ ackTimeout: Duration.millis(commandTimeoutMillis / 2) }),
    JetStreamSnapshotStore.layer({ stream: snapshotStream, subjectPrefix: snapshotPrefix, create })
  ).pipe(
    Layer.provideMerge(
      EventStream.layer({
        name: streamName,
        subjectPrefix: eventPrefix,
        replicas: streamReplicas,
        create,
        snapshotStream
      })
    )
  )
}

/** The connection to the broker, and event store and snapshot store on it. */
export const brokerStores = (settings: Settings) =>
  Layer.provideMerge(
    connectedStores(settings),
    NatsConnection.layer({ ...settings, url: settings.natsUrl, name: "organization-service" })
  )
