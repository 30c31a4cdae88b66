import { EventStream, JetStreamSnapshotStore, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { type NatsServer, NatsServer as Servers } from "@cim-domain/nats/testing/NatsServer"
import { makeRoutes } from "@cim-domain/nats/testing/Routes"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventPrefix, snapshotPrefix } from "@cim-domain/organization"
import { programBundle, replicaBundle } from "@cim-domain/testbed/programBundle"
import { Context, Effect, Layer, Result } from "effect"
import { join } from "node:path"
import type { PlantedFault } from "./PlantedFault.ts"
import { startReplicaProcess } from "./ReplicaProcess.ts"
import { makeRequester } from "./Requester.ts"

/** The stream of the events. */
export const eventStreamName = "ORGANIZATION_EVENTS"

const replicaCount = 3
/** Both low, so that states are often made anew, from a snapshot and what came after it. */
const snapshotEvery = 10
const cacheCapacity = 20

const program = (fault: PlantedFault | undefined) =>
  fault === undefined ? replicaBundle : programBundle(join(import.meta.dirname, "plantedReplica.ts"))

/** A connection of the attack itself. It waits for its broker for ever. */
const connectTo = (url: string) =>
  Effect.map(
    Layer.build(NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "attack" })),
    (context) => Context.get(context, NatsConnection)
  )

/** A replica, and its own lines to the brokers. */
const makeReplica = Effect.fnUntraced(
  function*(index: number, brokers: ReadonlyArray<NatsServer>, folder: string, fault: PlantedFault | undefined) {
    const lines = yield* Effect.forEach(brokers, (broker) => makeTcpProxy(broker.clientPort))
    const replica = yield* startReplicaProcess({
      name: `replica-${index + 1}`,
      file: yield* program(fault),
      log: join(folder, `replica-${index + 1}.log`),
      env: {
        // Each begins with another broker; nats clients go on to the next.
        NATS_URL: lines.map((_, n) => `nats://127.0.0.1:${lines[(n + index) % lines.length]!.port}`).join(","),
        STREAM_NAME: eventStreamName,
        SNAPSHOT_FREQ: String(snapshotEvery),
        CACHE_CAPACITY: String(cacheCapacity),
        ...(fault === undefined ? {} : { PLANTED_FAULT: fault })
      }
    })
    return {
      ...replica,
      cut: Effect.forEach(lines, (line) => line.cut, { discard: true }),
      silence: Effect.forEach(lines, (line) => line.silence, { discard: true }),
      heal: Effect.forEach(lines, (line) => line.heal, { discard: true })
    }
  }
)

/**
 * What is attacked: three brokers with a replicated stream, three replicas, lines between them
 * and between the brokers that can be broken, and the
 * attack's own connections, one to each broker and not over those lines. Logs go into `folder`.
 */
export const makeAttackedSystem = Effect.fnUntraced(function*(folder: string, fault: PlantedFault | undefined) {
  const routes = makeRoutes()
  const { servers: brokers, url } = yield* Servers.cluster({ advertise: false, route: routes.make })
  const replicas = yield* Effect.forEach(
    Array.from({ length: replicaCount }, (_, index) => index),
    (index) => makeReplica(index, brokers, folder, fault)
  )
  const connections = yield* Effect.forEach(brokers, (broker) => connectTo(broker.url))
  yield* Effect.forEach(replicas, (replica) => replica.ready, { discard: true })
  const snapshots = JetStreamSnapshotStore.layer({ stream: "ORGANIZATION_SNAPSHOTS", subjectPrefix: snapshotPrefix })
    .pipe(
      Layer.provideMerge(EventStream.layer({ name: eventStreamName, subjectPrefix: eventPrefix, readOnly: true })),
      Layer.provide(Layer.succeed(NatsConnection, connections[0]!))
    )
  return {
    brokers,
    routes: routes.of,
    replicas,
    url,
    sockets: connections.map((connection) => connection.main),
    requesters: yield* Effect.forEach(connections, ({ main }) => makeRequester(main)),
    snapshots
  }
})

/** See {@link makeAttackedSystem}. */
export type AttackedSystem = Effect.Success<ReturnType<typeof makeAttackedSystem>>
