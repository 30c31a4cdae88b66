import { snapshotStreamOf, type Subjects } from "@cim-domain/commands/protocol/Subjects"
import { EventStream, JetStreamEventStore, JetStreamSnapshotStore, NatsConnection } from "@cim-domain/nats"
import { Duration, Layer } from "effect"
import type { Program } from "./Program.ts"
import type { Settings } from "./Settings.ts"

/** What of the settings the stores go by. */
export type StoreSettings = Pick<Settings, "commandTimeoutMillis" | "createStreams" | "streamName" | "streamReplicas">

/** Event store and snapshot store on a connection to the broker. */
export const connectedStores = (
  { eventPrefix, snapshotPrefix }: Pick<Subjects, "eventPrefix" | "snapshotPrefix">,
  { commandTimeoutMillis, createStreams: create, streamName, streamReplicas }: StoreSettings
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
export const brokerStores = (
  { aggregate: { subjects }, name }: Pick<Program, "aggregate" | "name">,
  settings: Settings
) =>
  Layer.provideMerge(
    connectedStores(subjects, settings),
    NatsConnection.layer({ ...settings, url: settings.natsUrl, name })
  )
