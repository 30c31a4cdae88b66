import { Cause, Clock, Effect, Option } from "effect"
import type { ColdState } from "../aggregate/Loaded.ts"
import type { SnapshotKeeper } from "../aggregate/SnapshotKeeper.ts"
import type { Unsaved } from "../aggregate/SweepMark.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { TroubleLog } from "../telemetry/TroubleLog.ts"
import { sweepCount, type SweepResult } from "./sweepCount.ts"

/** Aggregates that are brought up to date side by side. */
const concurrentAggregates = 4

/** Time after which this replica tries again what could not be saved; it doubles with each time up to the maximum. */
const retryMillis = 1_000
const retryMaxMillis = 600_000

/** What came of a number of aggregates. */
export interface Attempted {
  readonly saved: number
  /** Those that are not in snapshots now, however many. */
  readonly unsaved: ReadonlyArray<Unsaved>
  /** Why, of those that were not known to be unsaved before. */
  readonly failures: ReadonlyArray<{ readonly aggregateId: string; readonly cause: Cause.Cause<StoreError> }>
}

interface Attempt {
  readonly aggregateId: string
  readonly outcome: SweepResult
  readonly cause: Cause.Cause<StoreError>
}

interface Retry {
  readonly pauseMillis: number
  readonly atMillis: number
}

/** Waiting will not help, as far as anybody knows: a defect, such as a history that cannot be decoded, is of that kind, too. */
const isLasting = (cause: Cause.Cause<StoreError>) =>
  !Cause.hasInterrupts(cause) && !Option.exists(Cause.findErrorOption(cause), ({ isRetryable }) => isRetryable)

const later = (now: number, before: Retry | undefined): Retry => {
  const pauseMillis = before === undefined ? retryMillis : Math.min(before.pauseMillis * 2, retryMaxMillis)
  return { pauseMillis, atMillis: now + pauseMillis }
}

/** Brings snapshots up to date; see {@link makeSaveAttempts}. */
export type SaveAttempts = (
  due: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, number>
) => Effect.Effect<Attempted, StoreError>

/**
 * Brings snapshots up to date: of `due`, aggregates with the position of an event each, and again of those that could not be
 * saved before (`known`) when they have waited long enough. Fails with what waiting may mend. Whatever else goes wrong with one
 * is taken for its own matter: where it is not, such as a permission, the mark that would say so is not saved either.
 */
export const makeSaveAttempts = <State>(
  loading: <A>(
    aggregateId: string,
    use: (state: ColdState<State>) => Effect.Effect<A, StoreError>
  ) => Effect.Effect<A, StoreError>,
  snapshots: SnapshotKeeper<State>,
  { found }: TroubleLog
): SaveAttempts => {
  let retries: ReadonlyMap<string, Retry> = new Map()

  /** One that is known to be unsaved may stay so, whatever the reason is this time. */
  const attempt = (aggregateId: string, isKnown: boolean) =>
    loading(
      aggregateId,
      ({ snapshotVersion, ...folded }): Effect.Effect<SweepResult, StoreError> =>
        folded.cursor.version > snapshotVersion
          ? Effect.as(snapshots.saveNow(aggregateId, folded), "saved")
          : Effect.succeed("current")
    ).pipe(
      Effect.catchReason("StoreError", "HistoryTruncated", (reason) =>
        Effect.as(
          found({
            key: `truncated ${aggregateId}`,
            level: "Warn",
            message: reason.message,
            annotations: { aggregateId },
            over: (count) => `${reason.message}: found ${count} times`,
            quietMillis: 2 * retryMaxMillis
          }),
          "truncated" as const
        )),
      Effect.map((outcome): Attempt => ({ aggregateId, outcome, cause: Cause.empty })),
      Effect.catchCauseIf(
        (cause) => isKnown ? !Cause.hasInterrupts(cause) : isLasting(cause),
        (cause) => Effect.succeed<Attempt>({ aggregateId, outcome: "unsaved", cause })
      ),
      Effect.tap((done) => sweepCount(done.outcome))
    )

  return Effect.fnUntraced(function*(
    due: ReadonlyMap<string, number>,
    known: ReadonlyMap<string, number>
  ): Effect.fn.Return<Attempted, StoreError> {
    const now = yield* Clock.currentTimeMillis
    const again = [...known.keys()].filter((id) => (retries.get(id)?.atMillis ?? 0) <= now)
    const fresh = [...due.keys()].filter((id) => !known.has(id))
    const attempts = yield* Effect.forEach([...fresh, ...again], (id) => attempt(id, known.has(id)), {
      concurrency: concurrentAggregates
    })
    const outcomes = new Map(attempts.map(({ aggregateId, outcome }) => [aggregateId, outcome]))
    /** Also one that was not tried, and one that lost events before it could be saved. */
    const isUnsaved = (id: string) => {
      const outcome = outcomes.get(id)
      return outcome === undefined || outcome === "unsaved" || (outcome === "truncated" && known.has(id))
    }
    const unsaved = [...new Map([...known, ...due])].filter(([id]) => isUnsaved(id))
    const ended = yield* Clock.currentTimeMillis
    retries = new Map(
      unsaved.map(([id]) => {
        const before = retries.get(id)
        return [id, before !== undefined && !outcomes.has(id) ? before : later(ended, before)]
      })
    )
    return {
      saved: attempts.filter(({ outcome }) => outcome === "saved").length,
      unsaved: unsaved.map(([aggregateId, position]) => ({ aggregateId, position })),
      failures: attempts.filter(({ aggregateId, outcome }) => outcome === "unsaved" && !known.has(aggregateId))
    }
  })
}
