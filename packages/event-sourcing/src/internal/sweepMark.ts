import { Effect, Option, Schema } from "effect"
import { EventStore } from "../EventStore.ts"
import { SnapshotStore } from "../SnapshotStore.ts"
import type { StoreError } from "../StoreError.ts"

/**
 * How far the events of all aggregates are known to be in snapshots. The mark itself is kept as a snapshot, of an aggregate
 * that no domain can have: so it is lost together with the snapshots it speaks of, an older one never replaces a newer one,
 * and it says nothing about another life of the event store or to other code.
 */
export interface SweepMark {
  /** Every event up to this position and after `doubtUpTo` is in a snapshot. */
  readonly position: number
  /** Events up to this position may have been forgotten before they were in one. */
  readonly doubtUpTo: number
}

/** Where a mark is looked for and kept; see {@link SweepMark}. */
export interface SweepMarks {
  /** `undefined` when there is none, or it is of other code. */
  readonly read: Effect.Effect<SweepMark | undefined, StoreError>
  readonly save: (mark: SweepMark) => Effect.Effect<void, StoreError>
}

const markId = "$swept"

const Doubt = Schema.fromJsonString(Schema.Struct({ doubtUpTo: Schema.Int }))
const decodeDoubt = Schema.decodeUnknownOption(Doubt)
const encodeDoubt = Schema.encodeSync(Doubt)

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
    const state = found === undefined ? Option.none() : decodeDoubt(found.state)
    return found === undefined || Option.isNone(state)
      ? undefined
      : { position: found.position, doubtUpTo: state.value.doubtUpTo }
  })

  const marks: SweepMarks = {
    read,
    save: Effect.fnUntraced(function*({ doubtUpTo: doubt, position }) {
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
        state: encodeDoubt({ doubtUpTo })
      })
    })
  }
  return marks
})
