import { Effect, Result } from "effect"
import { start } from "../store/Event.ts"
import { EventStore, type History } from "../store/EventStore.ts"
import { HistoryTruncated, StateTooLarge, StoreError, StoreUnavailable } from "../store/StoreError.ts"
import { makeTroubleLog } from "../telemetry/TroubleLog.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Folded } from "./Loaded.ts"
import { type Larger, larger, type LoadRoom, type LoadSize, makeLoadRoom } from "./LoadRoom.ts"
import { makeSnapshotKeeper, type Restored } from "./snapshotKeeper.ts"
import { makeSweepMarks, noMark, unsavedUpTo } from "./sweepMark.ts"

/** Events folded before other fibers get a turn, unless they come to so many characters before. */
const foldPageEvents = 256
const foldPageCharacters = 256 * 1024

/** Bytes of events that are read at a time where a history has more than fit into a smaller load. */
const readPageBytes = 4 * 1024 * 1024

/** How long nobody must have asked for an aggregate that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** A state made anew, and the version of the snapshot it was made from, 0 = none. */
export interface ColdState<State> extends Folded<State> {
  readonly snapshotVersion: number
}

/** What {@link makeColdLoad} needs to know. */
export type ColdLoadOptions<State, Event> = Pick<
  AggregateOptions<State, Event>,
  "decider" | "events" | "states" | "cacheSize" | "room"
>

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
  const room: LoadRoom = options.room ?? (yield* makeLoadRoom)
  const snapshots = yield* makeSnapshotKeeper(options, room)
  /** A text is at most twice as long as what is in it takes in memory, because of what JSON has to write in two characters. */
  const textMax = ({ bytes }: LoadSize): number => Math.min(bytes, 2 * stateBytesMax)
  const { max: stateBytesMax, sizeOf } = options.cacheSize ?? { max: Number.POSITIVE_INFINITY, sizeOf: () => 0 }
  const marks = yield* makeSweepMarks(states.fingerprint)
  const { found: trouble } = yield* makeTroubleLog

  const fold = Effect.fnUntraced(function*(
    aggregateId: string,
    base: Folded<State>,
    { events, head }: History,
    isLarge: boolean
  ) {
    let state = base.state
    let [count, characters] = [0, 0]
    for (const recorded of events) {
      state = decider.evolve(state, eventCodec.decode(recorded), recorded.position, recorded.command)
      count += 1
      characters += recorded.data.length
      if (count < foldPageEvents && characters < foldPageCharacters) continue
      ;[count, characters] = [0, 0]
      yield* requireRoom(aggregateId, state)
      if (isLarge) room.reserve(sizeOf(state) + 2 * readPageBytes)
      yield* Effect.yieldNow
    }
    yield* requireRoom(aggregateId, state)
    const last = events.at(-1)
    const folded: Folded<State> = { state, cursor: head, lastEventId: last === undefined ? base.lastEventId : last.id }
    return folded
  })

  const requireRoom = (aggregateId: string, state: State): Effect.Effect<void, StoreError> => {
    const actualBytes = sizeOf(state)
    return actualBytes <= stateBytesMax
      ? Effect.void
      : new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes: stateBytesMax, actualBytes }) })
  }

  /** Folds what comes after, however much that is, page by page. `isLarge`: as the load of the last size. */
  const foldOn = Effect.fnUntraced(function*(
    aggregateId: string,
    base: Folded<State>,
    history: History,
    isLarge: boolean
  ) {
    let folded = yield* fold(aggregateId, base, history, isLarge)
    for (let more = history.more; more === true;) {
      const { cursor, lastEventId } = folded
      const after = Effect.succeed({ ...cursor, eventId: lastEventId })
      const next = yield* eventStore.read(aggregateId, after, readPageBytes)
      // It has ended before where it was seen to be: somebody purged it meanwhile.
      if (next.head.position < cursor.position) return yield* truncated(aggregateId, cursor.version + 1)
      folded = yield* fold(aggregateId, folded, next, isLarge)
      more = next.more
    }
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
  const dormant = Effect.fnUntraced(function*(aggregateId: string, first: Folded<State>, size: LoadSize) {
    const retention = yield* eventStore.retention
    if (retention === undefined || retention.firstPosition <= first.cursor.position) return undefined
    const { firstPosition } = retention
    const found = yield* marks.read
    const mark = found ?? noMark
    // A mark speaks of the snapshots of its time. The first one was read before, and perhaps before its events were forgotten.
    const again = yield* snapshots.restore(aggregateId, { ...size, bytes: textMax(size) })
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

  /** All that comes after `base`, unless that is more than this size of load is for. */
  const foldAll = Effect.fnUntraced(
    function*(aggregateId: string, base: Folded<State>, history: History, { isLast }: LoadSize) {
      return isLast || history.more !== true ? yield* foldOn(aggregateId, base, history, isLast) : larger
    }
  )

  const replay = Effect.fnUntraced(function*(aggregateId: string, size: LoadSize) {
    const history = yield* eventStore.read(aggregateId, Effect.succeed(start), pageOf(size))
    const folded = yield* foldAll(aggregateId, initial(aggregateId), history, size)
    return folded === larger ? larger : { ...folded, snapshotVersion: 0 }
  })

  const attempt = Effect.fn("Aggregate.loadCold")(function*(
    aggregateId: string,
    size: LoadSize
  ): Effect.fn.Return<ColdState<State> | Larger, StoreError> {
    const restoring = yield* Effect.cached(snapshots.restore(aggregateId, { ...size, bytes: textMax(size) }))
    const read = yield* Effect.result(eventStore.read(
      aggregateId,
      Effect.map(restoring, (restored) =>
        restored._tag === "Usable"
          ? { ...restored.folded.cursor, eventId: restored.folded.lastEventId }
          // Nothing comes after that, so nothing is read.
          : restored._tag === "TooLarge"
          ? { version: Number.MAX_SAFE_INTEGER, position: Number.MAX_SAFE_INTEGER }
          : start),
      pageOf(size)
    ))
    const restored = yield* restoring
    if (restored._tag === "TooLarge") {
      if (!size.isLast) return larger
      const actualBytes = Math.max(stateBytesMax + 1, Math.floor(restored.textBytes / 2))
      return yield* new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes: stateBytesMax, actualBytes }) })
    }
    const isTruncated = Result.isFailure(read) && read.failure.reason._tag === "HistoryTruncated"

    if (restored._tag === "Usable") {
      const { folded } = restored
      const isBehind = Result.isSuccess(read) && read.success.head.position < folded.cursor.position
      if (!isTruncated && !isBehind) {
        const current = yield* foldAll(aggregateId, folded, yield* Effect.fromResult(read), size)
        return current === larger ? larger : { ...current, snapshotVersion: folded.cursor.version }
      }
      const slept = isBehind && read.success.head.position === 0 ? yield* dormant(aggregateId, folded, size) : undefined
      if (slept !== undefined) return slept
      // If the events are all there, it was the snapshot that was wrong.
      const whole = yield* replay(aggregateId, size)
      if (whole !== larger) yield* snapshots.replace(aggregateId, "the history contradicts it", whole)
      return whole
    }

    if (isTruncated && restored._tag === "Unread") {
      return yield* unread(`the beginning is gone, and no snapshot could be read: ${restored.reason}`)
    }
    const history = yield* Effect.fromResult(read)
    if (history.head.position === 0) yield* requireAbsence(aggregateId, restored)
    const whole = yield* foldAll(aggregateId, initial(aggregateId), history, size)
    if (whole === larger) return larger
    if (restored._tag === "Unusable" && restored.damaged) {
      yield* snapshots.replace(aggregateId, "it is damaged", whole)
    }
    return { ...whole, snapshotVersion: 0 }
  })

  /** Makes the state, and gives it to `use`; the next one of its size waits until that is done. */
  const loading = <A, E, R>(
    aggregateId: string,
    use: (state: ColdState<State>) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | StoreError, R> =>
    room.run((size) =>
      Effect.flatMap(attempt(aggregateId, size), (state): Effect.Effect<A | Larger, E, R> => {
        if (state === larger) return Effect.succeed(larger)
        if (size.isLast) room.reserve(0)
        return use(state)
      })
    )

  return { loading, foldOn, snapshots, marks }
})

const pageOf = ({ bytes }: LoadSize): number => Math.min(bytes, readPageBytes)
