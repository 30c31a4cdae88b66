import { Duration, Effect, Random, type Scope } from "effect"
import { type ColdLoadOptions, makeColdLoad } from "../aggregate/ColdLoad.ts"
import { EventStore } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeTroubleLog, reasonOf } from "../telemetry/TroubleLog.ts"
import { makeSaveAttempts } from "./SaveAttempts.ts"
import { sweepCount } from "./sweepCount.ts"
import { makeSweep, sweepPageEvents, type SweepRound } from "./SweepRound.ts"

export { sweepPageEvents, type SweepRound }

/** How often a look is taken whether the store has begun to forget. It says that without asking anybody. */
const idleMillis = 10_000

const notSwept = "not swept"

/** Pause between two rounds while more is due, half of it on average. */
const pauseMillis = 200

/** Brings snapshots up to date before the store forgets what they would be made of; see {@link makeSnapshotSweeper}. */
export interface SnapshotSweeper {
  /**
   * One look. Fails with what the stores fail with where waiting may help, and when more than 100 aggregates cannot be saved
   * for other reasons. The next round does again what this one could not finish.
   */
  readonly round: Effect.Effect<SweepRound, StoreError>
  /** Rounds for ever, each at a random time around the interval that the store names. Failures are logged and counted. */
  readonly run: Effect.Effect<never>
}

/**
 * Makes limits that forget events safe: any number of replicas look at the oldest events that are not known to be in
 * snapshots, without knowing of each other, and snapshot the aggregates of those that have used up half of their time or
 * room. Does nothing where the store keeps everything. See docs/decisions/0016.
 */
export const makeSnapshotSweeper = Effect.fnUntraced(function*<State, Event>(
  options: ColdLoadOptions<State, Event>
): Effect.fn.Return<SnapshotSweeper, never, EventStore | SnapshotStore | Scope.Scope> {
  const eventStore = yield* EventStore
  const { loading, marks, snapshots } = yield* makeColdLoad(options)
  const troubles = yield* makeTroubleLog
  const sweep = makeSweep(eventStore, marks, makeSaveAttempts(loading, snapshots, troubles), troubles)

  const retention = Effect.flatMap(
    eventStore.mayForget,
    (mayForget) => mayForget ? eventStore.retention : Effect.undefined
  )
  const round: SnapshotSweeper["round"] = Effect.flatMap(
    retention,
    (found) => found === undefined ? Effect.succeed<SweepRound>({ _tag: "Idle" }) : sweep(found)
  )

  const wait = (millis: number) =>
    Effect.flatMap(Random.nextBetween(millis / 2, millis * 1.5), (drawn) => Effect.sleep(Duration.millis(drawn)))

  const turn = Effect.gen(function*() {
    const found = yield* retention
    if (found === undefined) return yield* wait(idleMillis)
    yield* wait(found.lookAgainMillis)
    while (true) {
      const done = yield* round
      troubles.works(notSwept)
      if (done._tag === "Idle" || !done.more) return
      yield* Effect.flatMap(Random.nextBetween(0, pauseMillis), (drawn) => Effect.sleep(Duration.millis(drawn)))
    }
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(
        sweepCount("failed"),
        troubles.found({
          key: notSwept,
          level: "Warn",
          message: "snapshots not swept",
          annotations: { reason: reasonOf(cause) },
          over: (count) => `snapshots are swept again: ${count} rounds failed`,
          lasts: true
        })
      ).pipe(Effect.andThen(wait(1_000)))
    )
  )

  return { round, run: Effect.forever(turn) }
})
