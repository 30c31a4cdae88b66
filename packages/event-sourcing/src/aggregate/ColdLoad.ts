import { Effect, type Scope } from "effect"
import { EventStore } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeAbsence } from "./Absence.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import { makeColdAttempt } from "./ColdAttempt.ts"
import { type Folding, makeFolding } from "./Folding.ts"
import type { ColdState } from "./Loaded.ts"
import { type Larger, larger, type LoadRoom, type LoadSize, makeLoadRoom } from "./LoadRoom.ts"
import { makeSnapshotKeeper, type SnapshotKeeper } from "./SnapshotKeeper.ts"
import { makeSweepMarks, type SweepMarks } from "./SweepMark.ts"

/** What {@link makeColdLoad} needs to know. */
export type ColdLoadOptions<State, Event> = Pick<
  AggregateOptions<State, Event>,
  "decider" | "events" | "states" | "cacheSize" | "room"
>

/** Makes states anew; see {@link makeColdLoad}. */
export interface ColdLoad<State> extends Pick<Folding<State>, "foldOn"> {
  /** Makes the state, and gives it to `use`; the next one of its size waits until that is done. */
  readonly loading: <A, E, R>(
    aggregateId: string,
    use: (state: ColdState<State>) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | StoreError, R>
  readonly snapshots: SnapshotKeeper<State>
  readonly marks: SweepMarks
}

/**
 * Makes states from snapshot and tail, as confirmed by the leader of the event store.
 *
 * Any doubt about a snapshot means replay. Where the store has forgotten events a snapshot may be all there is, so there
 * nothing is taken for absent because a snapshot could not be read, and a snapshot without any event beside it counts only
 * when it is known to hold everything that was forgotten, and no snapshot proves nothing when there should be one (see
 * `SweepMark`).
 */
export const makeColdLoad = Effect.fnUntraced(function*<State, Event>(
  options: ColdLoadOptions<State, Event>
): Effect.fn.Return<ColdLoad<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { decider, states } = options
  const eventStore = yield* EventStore
  const room: LoadRoom = options.room ?? (yield* makeLoadRoom)
  const snapshots = yield* makeSnapshotKeeper(options, room)
  const stateBytesMax = options.cacheSize?.max ?? Number.POSITIVE_INFINITY
  /** A text is at most twice as long as what is in it takes in memory, because of what JSON has to write in two characters. */
  const textMax = ({ bytes }: LoadSize): number => Math.min(bytes, 2 * stateBytesMax)
  const marks = yield* makeSweepMarks(states.fingerprint)
  const restore = (aggregateId: string, size: LoadSize) =>
    snapshots.restore(aggregateId, { ...size, bytes: textMax(size) })
  const { foldAll, foldOn } = makeFolding(options, eventStore, room)
  const attempt = makeColdAttempt({
    ...(yield* makeAbsence(marks, restore)),
    foldAll,
    eventStore,
    initial: decider.initial,
    restore,
    replace: snapshots.replace,
    stateBytesMax
  })

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
