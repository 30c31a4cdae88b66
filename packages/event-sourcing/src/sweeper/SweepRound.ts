import { Effect } from "effect"
import { noMark, type SweepMark, type SweepMarks, unsavedMax } from "../aggregate/SweepMark.ts"
import type { EventStore, Retention } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { reasonOf, type TroubleLog } from "../telemetry/TroubleLog.ts"
import type { Attempted, SaveAttempts } from "./SaveAttempts.ts"
import { sweepCount } from "./sweepCount.ts"

/** Events that one round takes, at most. */
export const sweepPageEvents = 512

/** Aggregates that one round names in the log because they cannot be saved; the others are counted. */
const namedMax = 20

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

/** Makes one round, where the store forgets events. */
export const makeSweep = (
  eventStore: EventStore["Service"],
  marks: SweepMarks,
  attempt: SaveAttempts,
  troubles: TroubleLog
): (retention: Retention) => Effect.Effect<SweepRound, StoreError> => {
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

  return Effect.fn("SnapshotSweeper.round")(function*(retention: Retention) {
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
}

/** Each once: they are new in this round. */
const sayUnsaved = Effect.fnUntraced(function*(failures: Attempted["failures"]) {
  const message = "a snapshot that is due cannot be saved: when its events are forgotten they are lost"
  for (const { aggregateId, cause } of failures.slice(0, namedMax)) {
    yield* Effect.annotateLogs(Effect.logError(message), { aggregateId, reason: reasonOf(cause) })
  }
  const more = failures.length - namedMax
  if (more > 0) yield* Effect.logError(`${message}; ${more} more`)
})
