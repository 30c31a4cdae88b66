import { Duration, Effect, Metric, Random, type Scope } from "effect"
import { EventStore, type Retention } from "./EventStore.ts"
import { type ColdLoadOptions, makeColdLoad } from "./internal/coldLoad.ts"
import type { SweepMark } from "./internal/sweepMark.ts"
import type { SnapshotStore } from "./SnapshotStore.ts"
import type { StoreError } from "./StoreError.ts"

/** Events that one round takes, at most. */
export const sweepPageEvents = 512

/** Aggregates that one round brings up to date side by side. */
const concurrentAggregates = 4

/** How often a look is taken whether the store has begun to forget. It says that without asking anybody. */
const idleMillis = 10_000

/** Pause between two rounds while more is due, half of it on average. */
const pauseMillis = 200

/**
 * What a round did.
 *
 * - `Idle`: the store keeps everything, nothing was asked of anybody.
 * - `Swept`: `aggregates` were found in events that are due, `saved` snapshots were made of them; `more` says that more is due.
 */
export type SweepRound =
  | { readonly _tag: "Idle" }
  | { readonly _tag: "Swept"; readonly aggregates: number; readonly saved: number; readonly more: boolean }

/** Brings snapshots up to date before the store forgets what they would be made of; see {@link makeSnapshotSweeper}. */
export interface SnapshotSweeper {
  /** One look. Fails with what the stores fail with; the next round does again what this one could not finish. */
  readonly round: Effect.Effect<SweepRound, StoreError>
  /** Rounds for ever, each at a random time around the interval that the store names. Failures are logged and counted. */
  readonly run: Effect.Effect<never>
}

const counter = Metric.counter("snapshot_sweeps_total", {
  description: "Aggregates swept by outcome: current, saved, truncated; rounds failed; events forgotten unswept",
  incremental: true
})
const count = (outcome: "current" | "saved" | "truncated" | "failed" | "forgotten", by = 1) =>
  Metric.update(Metric.withAttributes(counter, { outcome }), by)

/**
 * Makes limits that forget events safe: any number of replicas look at the oldest events that are not known to be in
 * snapshots, without knowing of each other, and snapshot the aggregates of those that have used up half of their time or
 * room. Does nothing where the store keeps everything. See docs/decisions/0016.
 */
export const makeSnapshotSweeper = Effect.fnUntraced(function*<State, Event>(
  options: ColdLoadOptions<State, Event>
): Effect.fn.Return<SnapshotSweeper, never, EventStore | SnapshotStore | Scope.Scope> {
  const eventStore = yield* EventStore
  const { load, marks, snapshots } = yield* makeColdLoad(options)

  const bringUpToDate = (aggregateId: string) =>
    load(aggregateId).pipe(
      Effect.flatMap(({ snapshotVersion, ...folded }) =>
        folded.cursor.version > snapshotVersion
          ? Effect.as(snapshots.saveNow(aggregateId, folded), "saved" as const)
          : Effect.succeed("current" as const)
      ),
      Effect.catchReason("StoreError", "HistoryTruncated", (reason) =>
        Effect.annotateLogs(Effect.as(Effect.logWarning(reason.message), "truncated" as const), { aggregateId })),
      Effect.tap((outcome) =>
        count(outcome)
      )
    )

  /** The mark, moved behind what is forgotten already. */
  const passForgotten = Effect.fnUntraced(function*(mark: SweepMark, firstPosition: number) {
    const forgotten = firstPosition - 1 - mark.position
    if (forgotten <= 0) return mark
    yield* Effect.logError(`up to ${forgotten} events were forgotten before they were known to be in a snapshot`).pipe(
      Effect.annotateLogs({ after: mark.position, upTo: firstPosition - 1 })
    )
    yield* count("forgotten", forgotten)
    const moved: SweepMark = { position: firstPosition - 1, doubtUpTo: firstPosition - 1 }
    yield* marks.save(moved)
    return moved
  })

  const sweep = Effect.fn("SnapshotSweeper.round")(function*(retention: Retention) {
    const found = yield* marks.read
    const mark = yield* passForgotten(found ?? { position: 0, doubtUpTo: 0 }, retention.firstPosition)
    const isDue = ({ position, time }: { readonly position: number; readonly time: number }) =>
      time < retention.dueBefore || position <= retention.dueUpTo
    const due = Effect.fnUntraced(function*(limit: number) {
      const events = yield* eventStore.scan(mark.position, limit)
      const end = events.findIndex((event) => !isDue(event))
      return end < 0 ? events : events.slice(0, end)
    })

    const nothing: SweepRound = { _tag: "Swept", aggregates: 0, saved: 0, more: false }
    if ((yield* due(1)).length === 0) {
      if (found === undefined) yield* marks.save(mark)
      return nothing
    }
    const page = yield* due(sweepPageEvents)
    const last = page.at(-1)
    if (last === undefined) return nothing
    const aggregates = [...new Set(page.map(({ aggregateId }) => aggregateId))]
    const outcomes = yield* Effect.forEach(aggregates, bringUpToDate, { concurrency: concurrentAggregates })
    // What was forgotten meanwhile may have been forgotten before it was read.
    const now = yield* eventStore.retention
    const kept = now === undefined ? mark : yield* passForgotten(mark, now.firstPosition)
    yield* marks.save({ ...kept, position: Math.max(kept.position, last.position) })
    const round: SweepRound = {
      _tag: "Swept",
      aggregates: aggregates.length,
      saved: outcomes.filter((outcome) => outcome === "saved").length,
      more: page.length === sweepPageEvents
    }
    yield* Effect.annotateLogs(Effect.logDebug("snapshots swept"), { ...round, position: last.position })
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
      if (done._tag === "Idle" || !done.more) return
      yield* Effect.flatMap(Random.nextBetween(0, pauseMillis), (drawn) => Effect.sleep(Duration.millis(drawn)))
    }
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(count("failed"), Effect.logWarning("snapshots not swept", cause)).pipe(
        Effect.andThen(wait(1_000))
      )
    )
  )

  return { round, run: Effect.forever(turn) }
})
