import { Effect, Option, Schema } from "effect"
import { EventStore } from "../store/EventStore.ts"
import { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"

/** Aggregates that a mark excepts, at most. It is read whenever one without events is loaded. */
export const unsavedMax = 100

/** An aggregate that could not be saved in a snapshot when that was due. */
export interface Unsaved {
  readonly aggregateId: string
  /** Its events up to this position are perhaps in no snapshot. */
  readonly position: number
}

/**
 * How far the events of all aggregates are known to be in snapshots. The mark itself is kept as a snapshot, of an aggregate
 * that no domain can have: so it is lost together with the snapshots it speaks of, an older one never replaces a newer one,
 * and it says nothing about another life of the event store or to other code.
 */
export interface SweepMark {
  /** Every event up to this position and after `doubtUpTo` is in a snapshot, but for those of `unsaved`. */
  readonly position: number
  /** Events up to this position may have been forgotten before they were in one. */
  readonly doubtUpTo: number
  /** At most {@link unsavedMax}. */
  readonly unsaved: ReadonlyArray<Unsaved>
}

/** The mark of those who know nothing. */
export const noMark: SweepMark = { position: 0, doubtUpTo: 0, unsaved: [] }

/** Position up to which the mark excepts an aggregate, 0 = it does not. */
export const unsavedUpTo = ({ unsaved }: SweepMark, aggregateId: string): number =>
  unsaved.find((each) => each.aggregateId === aggregateId)?.position ?? 0

/** Where a mark is looked for and kept; see {@link SweepMark}. */
export interface SweepMarks {
  /** `undefined` when there is none, or it is of other code. */
  readonly read: Effect.Effect<SweepMark | undefined, StoreError>
  /**
   * Keeps `mark`, unless there is one that is further. `unsaved` is not merged with what is there: a mark is made of one that
   * was true and of what its maker then found in snapshots or failed to save, so each is true by itself, whatever others do
   * meanwhile. An aggregate that only the replaced one excepts was found in a snapshot by the maker of this one, with every
   * event up to its position; a union would bring back what is saved.
   */
  readonly save: (mark: SweepMark) => Effect.Effect<void, StoreError>
}

const markId = "$swept"

const Excepted = Schema.fromJsonString(Schema.Struct({
  doubtUpTo: Schema.Int,
  // A mark that was made before there were exceptions has none.
  unsaved: Schema.Array(Schema.Struct({ aggregateId: Schema.String, position: Schema.Int })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([]))
  )
}))
const decodeExcepted = Schema.decodeUnknownOption(Excepted)
const encodeExcepted = Schema.encodeSync(Excepted)

/** Finds and keeps the {@link SweepMark} of code with this fingerprint. */
export const makeSweepMarks = Effect.fnUntraced(function*(fingerprint: string) {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore

  const latest = store.latest(markId).pipe(
    Effect.map(Option.getOrUndefined),
    // A damaged mark says nothing. It is in the way of the next one, too.
    Effect.catchReason("StoreError", "UnexpectedAnswer", () => Effect.as(store.forget(markId), undefined))
  )
  const own = latest.pipe(
    Effect.map((found) => found?.incarnation === incarnation && found.fingerprint === fingerprint ? found : undefined)
  )

  const read: SweepMarks["read"] = Effect.map(own, (found) => {
    const state = found === undefined ? Option.none() : decodeExcepted(found.state)
    return found === undefined || Option.isNone(state)
      ? undefined
      : { position: found.position, ...state.value }
  })

  const marks: SweepMarks = {
    read,
    save: Effect.fnUntraced(function*({ doubtUpTo: doubt, position, unsaved }) {
      const present = yield* read
      // Other code may have come further; what it says is of no use to this one.
      if (present === undefined) yield* store.forget(markId)
      const doubtUpTo = Math.max(doubt, present?.doubtUpTo ?? 0)
      yield* store.save({
        aggregateId: markId,
        version: 0,
        position,
        eventId: null,
        incarnation,
        fingerprint,
        state: encodeExcepted({ doubtUpTo, unsaved })
      })
    })
  }
  return marks
})
