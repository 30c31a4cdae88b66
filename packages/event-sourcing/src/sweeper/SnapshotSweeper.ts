import { Duration, Effect, Random, type Scope } from "effect"
import { type ColdLoadOptions, makeColdLoad } from "../aggregate/coldLoad.ts"
import { noMark, type SweepMark, unsavedMax } from "../aggregate/sweepMark.ts"
import { EventStore, type Retention } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeTroubleLog, reasonOf } from "../telemetry/TroubleLog.ts"
import { type Attempted, makeSaveAttempts } from "./saveAttempts.ts"
import { sweepCount } from "./sweepCount.ts"

/** Events that one round takes, at most. */
export const sweepPageEvents = 512

/** How often a look is taken whether the store has begun to forget. It says that without asking anybody. */
const idleMillis = 10_000

/** Aggregates that one round names in the log because they cannot be saved; the others are counted. */
const namedMax = 20

const notSwept = "not swept"

/** Pause between two rounds while more is due, half of it on average. */
const pauseMillis = 200

/**
 * What a round did.
 *
 * - `Idle`: the store keeps everything, nothing was asked of anybody.
 * - `Swept`: `aggregates` were found in events that are due, `saved` snapshots were made, `unsaved` aggregates
 *   cannot be saved at present; `more` says that more is due.
 */
export type SweepRound =
  | { readonly _tag: "Idle" }
  | {
    readonly _tag: "Swept"
    readonly aggregates: number
    readonly saved: number
    readonly unsaved: number
    readonly more: boolean
  }

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
  const attempt = makeSaveAttempts(loading, snapshots, troubles)

  /** The mark, moved behind what is forgotten already. */
  const passForgotten = Effect.fnUntraced(function*(mark: SweepMark, firstPosition: number) {
    const forgotten = firstPosition - 1 - mark.position
    if (forgotten <= 0) return mark
    yield* troubles.found({
      key: "forgotten",
      level: "Error",
      message: `up to ${forgotten} events were forgotten before they were known to be in a snapshot`,
      annotations: { after: mark.position, upTo: firstPosition - 1 },
      over: (count) => `up to ${count} events in all were forgotten before they were known to be in a snapshot`,
      count: forgotten
    })
    yield* sweepCount("forgotten", forgotten)
    const moved: SweepMark = { ...mark, position: firstPosition - 1, doubtUpTo: firstPosition - 1 }
    yield* marks.save(moved)
    return moved
  })

  const sweep = Effect.fn("SnapshotSweeper.round")(function*(retention: Retention) {
    const found = yield* marks.read
    const mark = yield* passForgotten(found ?? noMark, retention.firstPosition)
    const isDue = ({ position, time }: { readonly position: number; readonly time: number }) =>
      time < retention.dueBefore || position <= retention.dueUpTo
    const due = Effect.fnUntraced(function*(limit: number) {
      const events = yield* eventStore.scan(mark.position, limit)
      const end = events.findIndex((event) => !isDue(event))
      return end < 0 ? events : events.slice(0, end)
    })

    const page = (yield* due(1)).length === 0 ? [] : yield* due(sweepPageEvents)
    const lastOf = new Map(page.map(({ aggregateId, position }) => [aggregateId, position]))
    const known = new Map(mark.unsaved.map(({ aggregateId, position }) => [aggregateId, position]))
    const { failures, saved, unsaved } = yield* attempt(lastOf, known)
    const [tooMany] = failures
    if (tooMany !== undefined && unsaved.length > unsavedMax) return yield* Effect.failCause(tooMany.cause)

    const last = page.at(-1)
    if (last !== undefined) {
      // What was forgotten meanwhile may have been forgotten before it was read.
      const now = yield* eventStore.retention
      const kept = now === undefined ? mark : yield* passForgotten(mark, now.firstPosition)
      yield* marks.save({ ...kept, position: Math.max(kept.position, last.position), unsaved })
    } else if (found === undefined || unsaved.length < known.size) {
      yield* marks.save({ ...mark, unsaved })
    }
    yield* sayUnsaved(failures)
    const round: SweepRound = {
      _tag: "Swept",
      aggregates: lastOf.size,
      saved,
      unsaved: unsaved.length,
      more: page.length === sweepPageEvents
    }
    if (last !== undefined || saved > 0) {
      yield* Effect.annotateLogs(Effect.logDebug("snapshots swept"), { ...round, position: last?.position })
    }
    return round
  })

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

/** Each once: they are new in this round. */
const sayUnsaved = Effect.fnUntraced(function*(failures: Attempted["failures"]) {
  const message = "a snapshot that is due cannot be saved: when its events are forgotten they are lost"
  for (const { aggregateId, cause } of failures.slice(0, namedMax)) {
    yield* Effect.annotateLogs(Effect.logError(message), { aggregateId, reason: reasonOf(cause) })
  }
  const more = failures.length - namedMax
  if (more > 0) yield* Effect.logError(`${message}; ${more} more`)
})
