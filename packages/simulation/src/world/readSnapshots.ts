import { type Snapshot, SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Organization } from "@cim-domain/organization"
import { connectedStores } from "@cim-domain/service/brokerStores"
import { Effect, Exit, Layer, Option, Schedule } from "effect"
import { advance } from "../process/advance.ts"
import { VirtualProcess } from "../process/VirtualProcess.ts"
import type { DrivenTimeline } from "../time/makeTimeline.ts"
import { makeRandomness } from "../time/Randomness.ts"
import { asThisRelease } from "./newerOrganization.ts"
import { storeSettings } from "./replicaSettings.ts"
import type { Surroundings } from "./Surroundings.ts"

/** How long reading may take, in milliseconds. */
const readMillis = 60_000

/** The latest snapshot of each of these organizations, as a replica would find it; `undefined` when they cannot be read. */
export const readSnapshots = async (
  timeline: DrivenTimeline,
  connect: Surroundings["connect"],
  organizationIds: ReadonlyArray<string>
): Promise<ReadonlyArray<Snapshot> | undefined> => {
  const process = new VirtualProcess("reader", timeline, makeRandomness(0, "reader"))
  const reading = Effect.gen(function*() {
    const store = yield* SnapshotStore
    // A damaged one is nobody's: replicas find it out and replay.
    const latest = (id: string) =>
      Effect.catchReason(store.latest(id), "StoreError", "UnexpectedAnswer", () => Effect.succeedNone).pipe(
        // Soon after everything is healed nobody may lead the stream yet.
        Effect.retry({
          while: ({ reason }) => reason._tag === "StoreUnavailable",
          schedule: Schedule.spaced("1 second")
        })
      )
    return yield* Effect.forEach(organizationIds, latest, { concurrency: 32 })
  }).pipe(
    Effect.provide(
      Layer.provide(
        connectedStores(Organization.subjects, storeSettings),
        Layer.effect(NatsConnection, connect(process))
      )
    )
  )
  let snapshots: ReadonlyArray<Snapshot> | undefined
  let isOver = false
  process.turn(() => {
    Effect.runForkWith(process.context)(reading).addObserver((exit) => {
      isOver = true
      if (Exit.isSuccess(exit)) snapshots = exit.value.flatMap(Option.toArray).map(asThisRelease)
    })
  })
  await advance(timeline, timeline.now() + readMillis, () => isOver)
  process.crash()
  return snapshots
}
