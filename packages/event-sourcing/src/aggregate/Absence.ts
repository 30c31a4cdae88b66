import { Effect, type Scope } from "effect"
import { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeTroubleLog } from "../telemetry/TroubleLog.ts"
import type { ColdState, Folded } from "./Loaded.ts"
import type { LoadSize } from "./LoadRoom.ts"
import type { Restore, Restored } from "./restoring.ts"
import { noMark, type SweepMarks, unsavedUpTo } from "./SweepMark.ts"
import { truncated, unread } from "./truncated.ts"

/** How long nobody must have asked for an aggregate that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** What it means that the store has no event of an aggregate: there never was one, or all of them were forgotten. */
export interface Absence<State> {
  /**
   * The aggregate from its snapshot alone, if that is known to hold everything that was forgotten; `undefined` when nothing was.
   * Fails when it is not known.
   */
  readonly dormant: (
    aggregateId: string,
    first: Folded<State>,
    size: LoadSize
  ) => Effect.Effect<ColdState<State> | undefined, StoreError>
  /** Fails where something was forgotten, and the snapshot that was looked for does not show that it was nothing of this one. */
  readonly requireAbsence: (aggregateId: string, restored: Restored<State>) => Effect.Effect<void, StoreError>
}

/** Tells what was forgotten from what never was, by the marks of the sweeper. `restore` looks for a snapshot. */
export const makeAbsence = Effect.fnUntraced(function*<State>(
  marks: SweepMarks,
  restore: Restore<State>
): Effect.fn.Return<Absence<State>, never, EventStore | Scope.Scope> {
  const eventStore = yield* EventStore
  const { found: trouble } = yield* makeTroubleLog

  /** The store has no event of the aggregate: whether that is so because all of them were forgotten. */
  const dormant = Effect.fnUntraced(function*(aggregateId: string, first: Folded<State>, size: LoadSize) {
    const retention = yield* eventStore.retention
    if (retention === undefined || retention.firstPosition <= first.cursor.position) return undefined
    const { firstPosition } = retention
    const found = yield* marks.read
    const mark = found ?? noMark
    // A mark speaks of the snapshots of its time. The first one was read before, and perhaps before its events were forgotten.
    const again = yield* restore(aggregateId, size)
    if (again._tag !== "Usable") {
      const why = again._tag === "Unread" ? again.reason : "it was replaced meanwhile"
      return yield* unread(`the snapshot could not be read again: ${why}`)
    }
    const { cursor, lastEventId, state } = again.folded
    const doubtUpTo = Math.max(mark.doubtUpTo, unsavedUpTo(mark, aggregateId))
    if (found === undefined || mark.position < firstPosition - 1 || doubtUpTo > cursor.position) {
      const message = "all events are forgotten, and nothing shows that the snapshot holds the last of them"
      yield* trouble({
        key: aggregateId,
        level: "Error",
        message,
        annotations: { aggregateId, ...cursor, firstPosition, swept: mark.position, doubtUpTo },
        over: (count) => `${message}: found ${count} times for ${aggregateId}`,
        quietMillis: lostQuietMillis
      })
      return yield* truncated(aggregateId, cursor.version + 1)
    }
    const slept: ColdState<State> = {
      state,
      cursor: { version: cursor.version, position: 0 },
      lastEventId,
      snapshotVersion: cursor.version
    }
    return slept
  })

  /** There are no events, and perhaps a snapshot that says nothing: only where nothing was forgotten that proves absence. */
  const requireAbsence = Effect.fnUntraced(function*(aggregateId: string, restored: Restored<State>) {
    if (restored._tag === "None") {
      // One that was never saved is told from one that never was by the mark alone.
      const mark = (yield* eventStore.mayForget) ? yield* marks.read : undefined
      return unsavedUpTo(mark ?? noMark, aggregateId) > 0 ? yield* truncated(aggregateId, 1) : undefined
    }
    const retention = yield* eventStore.retention
    if (retention === undefined || retention.firstPosition <= 1) return
    return yield* restored._tag === "Unread"
      ? unread(`no snapshot could be read: ${restored.reason}`)
      : truncated(aggregateId, restored._tag === "Unusable" ? restored.version + 1 : 0)
  })

  return { dormant, requireAbsence }
})
