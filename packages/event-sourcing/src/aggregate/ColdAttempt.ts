import { Effect, Result } from "effect"
import { type NamedCursor, start } from "../store/Event.ts"
import type { EventStore, History } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { Absence } from "./Absence.ts"
import { type Folding, readPageBytes } from "./Folding.ts"
import type { ColdState, Folded } from "./Loaded.ts"
import { type Larger, larger, type LoadSize } from "./LoadRoom.ts"
import type { Restore, Restored } from "./restoring.ts"
import type { SnapshotKeeper } from "./SnapshotKeeper.ts"
import { tooLarge, unread } from "./truncated.ts"

/** What {@link makeColdAttempt} is made of. */
export interface ColdParts<State> extends Absence<State>, Pick<Folding<State>, "foldAll"> {
  readonly eventStore: EventStore["Service"]
  readonly initial: (aggregateId: string) => State
  /** Looks for the snapshot. */
  readonly restore: Restore<State>
  readonly replace: SnapshotKeeper<State>["replace"]
  readonly stateBytesMax: number
}

/** Makes a state from snapshot and tail, unless that is more than a load of this size is for. */
export type ColdAttempt<State> = (
  aggregateId: string,
  size: LoadSize
) => Effect.Effect<ColdState<State> | Larger, StoreError>

/** The answer of the store, which was asked while the snapshot was on its way. */
type Read = Result.Result<History, StoreError>

/** Makes a {@link ColdAttempt}. */
export const makeColdAttempt = <State>(
  { dormant, eventStore, foldAll, initial, replace, requireAbsence, restore, stateBytesMax }: ColdParts<State>
): ColdAttempt<State> => {
  const fromStart = (aggregateId: string, history: History, size: LoadSize) =>
    Effect.map(
      foldAll(aggregateId, { state: initial(aggregateId), cursor: start, lastEventId: null }, history, size),
      (whole) => whole === larger ? larger : { ...whole, snapshotVersion: 0 }
    )

  /** From a snapshot that can be used, and from the history where it contradicts that. */
  const fromSnapshot = Effect.fnUntraced(
    function*(aggregateId: string, folded: Folded<State>, read: Read, size: LoadSize) {
      const isBehind = Result.isSuccess(read) && read.success.head.position < folded.cursor.position
      if (!isTruncated(read) && !isBehind) {
        const current = yield* foldAll(aggregateId, folded, yield* Effect.fromResult(read), size)
        return current === larger ? larger : { ...current, snapshotVersion: folded.cursor.version }
      }
      const slept = isBehind && read.success.head.position === 0 ? yield* dormant(aggregateId, folded, size) : undefined
      if (slept !== undefined) return slept
      // If the events are all there, it was the snapshot that was wrong.
      const history = yield* eventStore.read(aggregateId, Effect.succeed(start), pageOf(size))
      const whole = yield* fromStart(aggregateId, history, size)
      if (whole !== larger) yield* replace(aggregateId, "the history contradicts it", whole)
      return whole
    }
  )

  const fromHistory = Effect.fnUntraced(
    function*(aggregateId: string, restored: Restored<State>, read: Read, size: LoadSize) {
      if (isTruncated(read) && restored._tag === "Unread") {
        return yield* unread(`the beginning is gone, and no snapshot could be read: ${restored.reason}`)
      }
      const history = yield* Effect.fromResult(read)
      if (history.head.position === 0) yield* requireAbsence(aggregateId, restored)
      const whole = yield* fromStart(aggregateId, history, size)
      if (whole !== larger && restored._tag === "Unusable" && restored.damaged) {
        yield* replace(aggregateId, "it is damaged", whole)
      }
      return whole
    }
  )

  return Effect.fn("Aggregate.loadCold")(function*(
    aggregateId: string,
    size: LoadSize
  ): Effect.fn.Return<ColdState<State> | Larger, StoreError> {
    const restoring = yield* Effect.cached(restore(aggregateId, size))
    const read = yield* Effect.result(eventStore.read(aggregateId, Effect.map(restoring, endOf), pageOf(size)))
    const restored = yield* restoring
    if (restored._tag === "Usable") return yield* fromSnapshot(aggregateId, restored.folded, read, size)
    if (restored._tag !== "TooLarge") return yield* fromHistory(aggregateId, restored, read, size)
    if (!size.isLast) return larger
    return yield* tooLarge(
      aggregateId,
      stateBytesMax,
      Math.max(stateBytesMax + 1, Math.floor(restored.textBytes / 2))
    )
  })
}

/** After what the history is read. */
const endOf = <State>(restored: Restored<State>): NamedCursor => {
  switch (restored._tag) {
    case "Usable":
      return { ...restored.folded.cursor, eventId: restored.folded.lastEventId }
    case "TooLarge":
      // Nothing comes after that, so nothing is read.
      return { version: Number.MAX_SAFE_INTEGER, position: Number.MAX_SAFE_INTEGER }
    default:
      return start
  }
}

const isTruncated = (read: Read): boolean => Result.isFailure(read) && read.failure.reason._tag === "HistoryTruncated"

const pageOf = ({ bytes }: LoadSize): number => Math.min(bytes, readPageBytes)
