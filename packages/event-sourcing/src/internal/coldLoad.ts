import { Effect, Result } from "effect"
import type { AggregateOptions } from "../Aggregate.ts"
import { start } from "../Event.ts"
import { EventStore, type History } from "../EventStore.ts"
import { HistoryTruncated, StoreError, StoreUnavailable } from "../StoreError.ts"
import { makeTroubleLog } from "../TroubleLog.ts"
import { type Folded, makeSnapshotKeeper, type Restored } from "./snapshotKeeper.ts"
import { makeSweepMarks, noMark, unsavedUpTo } from "./sweepMark.ts"

/** Events folded before other fibers get a turn. */
const foldPageEvents = 256

/** How long nobody must have asked for an aggregate that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** A state made anew, and the version of the snapshot it was made from, 0 = none. */
export interface ColdState<State> extends Folded<State> {
  readonly snapshotVersion: number
}

/** What {@link makeColdLoad} needs to know. */
export type ColdLoadOptions<State, Event> = Pick<AggregateOptions<State, Event>, "decider" | "events" | "states">

/**
 * Makes states from snapshot and tail, as confirmed by the leader of the event store.
 *
 * Any doubt about a snapshot means replay. Where the store has forgotten events a snapshot may be all there is, so there
 * nothing is taken for absent because a snapshot could not be read, and a snapshot without any event beside it counts only
 * when it is known to hold everything that was forgotten, and no snapshot proves nothing when there should be one (see
 * `SweepMark`).
 */
export const makeColdLoad = Effect.fnUntraced(function*<State, Event>(options: ColdLoadOptions<State, Event>) {
  const { decider, events: eventCodec, states } = options
  const eventStore = yield* EventStore
  const snapshots = yield* makeSnapshotKeeper(states)
  const marks = yield* makeSweepMarks(states.fingerprint)
  const { found: trouble } = yield* makeTroubleLog

  const fold = Effect.fnUntraced(function*(base: Folded<State>, { events, head }: History) {
    let state = base.state
    for (const [index, recorded] of events.entries()) {
      if (index % foldPageEvents === foldPageEvents - 1) yield* Effect.yieldNow
      state = decider.evolve(state, eventCodec.decode(recorded), recorded.position)
    }
    const last = events.at(-1)
    const folded: Folded<State> = { state, cursor: head, lastEventId: last === undefined ? base.lastEventId : last.id }
    return folded
  })

  const initial = (aggregateId: string): Folded<State> => ({
    state: decider.initial(aggregateId),
    cursor: start,
    lastEventId: null
  })

  const truncated = (aggregateId: string, firstVersion: number) =>
    new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion }) })

  const unread = (detail: string) => new StoreError({ reason: new StoreUnavailable({ detail }) })

  /** The store has no event of the aggregate: whether that is so because all of them were forgotten. */
  const dormant = Effect.fnUntraced(function*(aggregateId: string, first: Folded<State>) {
    const retention = yield* eventStore.retention
    if (retention === undefined || retention.firstPosition <= first.cursor.position) return undefined
    const { firstPosition } = retention
    const found = yield* marks.read
    const mark = found ?? noMark
    // A mark speaks of the snapshots of its time. The first one was read before, and perhaps before its events were forgotten.
    const again = yield* snapshots.restore(aggregateId)
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

  const replay = Effect.fnUntraced(function*(aggregateId: string) {
    const folded = yield* fold(initial(aggregateId), yield* eventStore.read(aggregateId, Effect.succeed(start)))
    return { ...folded, snapshotVersion: 0 }
  })

  const load = Effect.fn("Aggregate.loadCold")(function*(
    aggregateId: string
  ): Effect.fn.Return<ColdState<State>, StoreError> {
    const restoring = yield* Effect.cached(snapshots.restore(aggregateId))
    const read = yield* Effect.result(eventStore.read(
      aggregateId,
      Effect.map(restoring, (restored) =>
        restored._tag === "Usable"
          ? { ...restored.folded.cursor, eventId: restored.folded.lastEventId }
          : start)
    ))
    const restored = yield* restoring
    const isTruncated = Result.isFailure(read) && read.failure.reason._tag === "HistoryTruncated"

    if (restored._tag === "Usable") {
      const { folded } = restored
      const isBehind = Result.isSuccess(read) && read.success.head.position < folded.cursor.position
      if (!isTruncated && !isBehind) {
        const current = yield* fold(folded, yield* Effect.fromResult(read))
        return { ...current, snapshotVersion: folded.cursor.version }
      }
      const slept = isBehind && read.success.head.position === 0 ? yield* dormant(aggregateId, folded) : undefined
      if (slept !== undefined) return slept
      // If the events are all there, it was the snapshot that was wrong.
      const whole = yield* replay(aggregateId)
      yield* snapshots.replace(aggregateId, "the history contradicts it", whole)
      return whole
    }

    if (isTruncated && restored._tag === "Unread") {
      return yield* unread(`the beginning is gone, and no snapshot could be read: ${restored.reason}`)
    }
    const history = yield* Effect.fromResult(read)
    if (history.head.position === 0) yield* requireAbsence(aggregateId, restored)
    const whole = { ...(yield* fold(initial(aggregateId), history)), snapshotVersion: 0 }
    if (restored._tag === "Unusable" && restored.damaged) {
      yield* snapshots.replace(aggregateId, "it is damaged", whole)
    }
    return whole
  })

  return { load, fold, snapshots, marks }
})
