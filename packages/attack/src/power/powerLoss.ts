import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventPrefix } from "@cim-domain/organization"
import { Effect, Fiber, Layer, Option, Result, Stream } from "effect"
import { rmSync } from "node:fs"
import { eventStreamName } from "../AttackedSystem.ts"
import { awaitLeader, StreamLeaderError } from "../StreamLeader.ts"
import { acknowledge, type Acknowledgements, lostOf } from "./Acknowledgements.ts"
import { copyAtOneInstant, makeDisk, mountDisk } from "./Disk.ts"

/** How brokers make their disks keep what they write. */
export type Sync = "default" | "always"

/** How to cut the power. */
export interface PowerLossOptions {
  readonly sync: Sync
  /** How long events are written before. */
  readonly seconds: number
  /** An empty folder for the disks. */
  readonly folder: string
  readonly progress: (line: string) => void
}

/** What came of it. */
export interface PowerLossReport {
  readonly acknowledged: number
  /** Acknowledged events that are gone; all of them when nothing can be read. */
  readonly lost: number
  /** The first and the last of them. */
  readonly lostFrom: number
  readonly lostTo: number
  /** Why the stream cannot be read any more, or `undefined` when it can. */
  readonly unreadable: string | undefined
}

/** What a cluster may need to find a leader, with all disks back. */
const recoverySeconds = 60

/** Three brokers, each on a disk of its own; the power of all three is cut at one instant while events are written. */
export const powerLoss = Effect.fn("powerLoss")(function*({ folder, progress, seconds, sync }: PowerLossOptions) {
  const options = { advertise: false, ...(sync === "default" ? {} : { syncInterval: sync }) }
  const acknowledged = new Map<number, string>()
  const copies = yield* Effect.scoped(Effect.gen(function*() {
    const disks = yield* Effect.forEach([1, 2, 3], (n) => makeDisk(folder, `disk-${n}`))
    const { servers, url } = yield* NatsServer.cluster({ ...options, stores: disks.map((disk) => disk.folder) })
    progress(`three brokers with sync_interval ${sync === "default" ? "as it comes" : sync}; writing for ${seconds} s`)
    const writing = yield* Effect.forkChild(Effect.provide(acknowledge(acknowledged), storeAt(url)))
    yield* Effect.sleep(seconds * 1_000)
    yield* Effect.forEach(servers, (server) => server.pause, { concurrency: "unbounded", discard: true })
    const copies = yield* copyAtOneInstant(disks, ".cut")
    yield* Effect.forEach(servers, (server) => server.kill, { concurrency: "unbounded", discard: true })
    yield* Fiber.interrupt(writing)
    // The disks as they were before the cut are of no use any more.
    yield* Effect.forEach(disks, (disk) => disk.unmount, { discard: true })
    for (const { image } of disks) rmSync(image)
    return copies
  }))
  progress(`the power is gone; ${acknowledged.size} events had been acknowledged`)

  return yield* Effect.gen(function*() {
    const disks = yield* Effect.forEach(copies, mountDisk)
    const stores = disks.map((disk) => disk.folder)
    const { url } = yield* NatsServer.cluster({ ...options, stores, awaitAnswers: false })
    progress("the power is back, and the brokers are up")
    const read = yield* Effect.result(Effect.provide(readIds, connectionTo(url)))
    const stored = Result.getOrElse(read, () => new Map<number, string>())
    const lost = lostOf(acknowledged, stored)
    return {
      acknowledged: acknowledged.size,
      lost: lost.length,
      lostFrom: lost[0] ?? 0,
      lostTo: lost.at(-1) ?? 0,
      unreadable: Result.isFailure(read) ? read.failure.message : undefined
    } satisfies PowerLossReport
  })
}, Effect.scoped)

const connectionTo = (url: string) =>
  NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "power loss" })

const stream = { name: eventStreamName, subjectPrefix: eventPrefix }

const storeAt = (url: string) =>
  JetStreamEventStore.layer().pipe(Layer.provide(EventStream.layer(stream)), Layer.provide(connectionTo(url)))

/** The ids of all stored events by their sequence, once the stream has a leader again. */
const readIds = Effect.gen(function*() {
  const { main } = yield* NatsConnection
  const last = yield* awaitLeader(main, eventStreamName, `${recoverySeconds} seconds`)
  const ids = new Map<number, string>()
  if (last === 0) return ids
  const store = JetStreamEventStore.layer().pipe(Layer.provide(EventStream.layer({ ...stream, readOnly: true })))
  yield* Effect.flatMap(EventStore, ({ follow }) =>
    Stream.runForEach(
      Stream.takeUntil(follow(0), ({ position }) => position >= last),
      ({ id, position }) => Effect.sync(() => void ids.set(position, id ?? ""))
    )).pipe(Effect.provide(store))
  return ids
}).pipe(
  Effect.timeoutOption(`${3 * recoverySeconds} seconds`),
  Effect.flatMap(Option.match({
    onNone: () => Effect.fail(new StreamLeaderError({ detail: "it could not be read in time" })),
    onSome: (ids) => Effect.succeed<Acknowledgements>(ids)
  }))
)
