import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { JetStreamSnapshotStore } from "@cim-domain/nats/JetStreamSnapshotStore"
import type { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Layer } from "effect"
import { connection, eventStream, snapshotStore } from "./Broker.ts"

const incarnation = "2026-01-01T00:00:00Z"
/** A snapshot at a version. */
export const make = (aggregateId: string, version: number, state = `{"v":${version}}`): Snapshot => ({
  aggregateId,
  version,
  position: version * 10,
  eventId: `event «${version}»`,
  incarnation,
  fingerprint: "thing 1; evolve «2»",
  state
})

/** Stores on a server. */
export const onServer = (server: NatsServer, maxBytes?: number) =>
  (maxBytes === undefined
    ? snapshotStore
    : JetStreamSnapshotStore.layer({ stream: "SNAPSHOTS", subjectPrefix: "things.snapshots", maxBytes })).pipe(
      Layer.provide(eventStream()),
      Layer.provide(connection(server.url))
    )
