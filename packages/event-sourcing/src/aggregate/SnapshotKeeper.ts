import { type Cause, Effect, FiberSet, Option, type Scope, Semaphore } from "effect"
import { EventStore } from "../store/EventStore.ts"
import { type Snapshot, SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeTroubleLog, reasonOf, type Trouble } from "../telemetry/TroubleLog.ts"
import type { AggregateOptions, StateCodec } from "./AggregateOptions.ts"
import type { Folded } from "./Loaded.ts"
import { largeBytes, type LoadRoom } from "./LoadRoom.ts"
import { makeRestoring, type Restore } from "./restoring.ts"
import { snapshotCount } from "./snapshotCount.ts"

/** Snapshots saved in the background at the same time; beyond it a due one waits for a later event, a replacement for its turn. */
const concurrentSaves = 4

/**
 * The snapshots of one domain, as its aggregate wants them: but for `saveNow`, none of these ever fails or keeps a command
 * waiting. What goes wrong is logged and counted.
 */
export interface SnapshotKeeper<State> {
  /** The latest snapshot, if there is one that can be believed so far. */
  readonly restore: Restore<State>
  /** Saves in the background. */
  readonly save: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Saves when it is its turn, and is done when that was tried. */
  readonly saveInTurn: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Saves, and is done when it is saved. */
  readonly saveNow: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void, StoreError>
  /** Forgets, in the background, a snapshot that does not belong to the history, and saves what the history says. */
  readonly replace: (aggregateId: string, reason: string, whole: Folded<State>) => Effect.Effect<void>
}

/** Makes the {@link SnapshotKeeper} of one domain, which saves as long as the scope lives. */
export const makeSnapshotKeeper = Effect.fnUntraced(function*<State>(
  { cacheSize, states }: Pick<AggregateOptions<State, unknown>, "cacheSize" | "states">,
  room: LoadRoom
): Effect.fn.Return<SnapshotKeeper<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore
  const background = yield* FiberSet.make()
  const saves = yield* Semaphore.make(concurrentSaves)
  const troubles = yield* makeTroubleLog
  const { found, works } = troubles

  const failed = (cause: Cause.Cause<unknown>) =>
    Effect.andThen(snapshotCount("failed"), found({ ...unsaved, annotations: { reason: reasonOf(cause) } }))

  const bytesOf = ({ state }: Folded<State>) => cacheSize?.sizeOf(state) ?? 0

  const write = (aggregateId: string, folded: Folded<State>) =>
    room.save(
      bytesOf(folded),
      Effect.suspend(() => store.save(snapshotOf(aggregateId, folded, states, incarnation)))
    ).pipe(
      Effect.tap(() => Effect.sync(() => works(unsaved.key))),
      Effect.withSpan("Aggregate.saveSnapshot", { attributes: { aggregateId, version: folded.cursor.version } })
    )

  const harmless = (aggregateId: string, { cursor }: Folded<State>, saving: Effect.Effect<void, StoreError>) =>
    saving.pipe(
      Effect.catchCause(failed),
      Effect.annotateLogs({ aggregateId, version: cursor.version })
    )

  /** Whoever asks goes on first: making the text of a large state takes a while. */
  const inBackground = (aggregateId: string, folded: Folded<State>, saving: Effect.Effect<void, StoreError>) =>
    harmless(aggregateId, folded, Effect.andThen(Effect.yieldNow, saving)).pipe(
      (effect) => FiberSet.run(background, effect),
      Effect.asVoid
    )

  const save = (aggregateId: string, folded: Folded<State>) =>
    Effect.suspend(() =>
      // One that would wait keeps others from being saved meanwhile.
      bytesOf(folded) >= largeBytes && room.isSaving()
        ? Effect.succeedNone
        : saves.withPermitsIfAvailable(1)(write(aggregateId, folded))
    ).pipe(
      Effect.flatMap((saved) => snapshotCount(Option.isSome(saved) ? "saved" : "skipped")),
      (saving) => inBackground(aggregateId, folded, saving)
    )

  const saveInTurn = (aggregateId: string, folded: Folded<State>) =>
    harmless(aggregateId, folded, saves.withPermit(saveNow(aggregateId, folded)))

  const saveNow = (aggregateId: string, folded: Folded<State>) =>
    Effect.andThen(write(aggregateId, folded), snapshotCount("saved"))

  const replace = (aggregateId: string, reason: string, whole: Folded<State>) => {
    const forgotten = store.forget(aggregateId)
    const replaced = whole.cursor.version === 0 ? forgotten : Effect.andThen(forgotten, saveNow(aggregateId, whole))
    return Effect.andThen(
      Effect.andThen(snapshotCount("forgotten"), found({ ...wrong, annotations: { aggregateId, reason } })),
      inBackground(aggregateId, whole, saves.withPermit(replaced))
    )
  }

  const restore = makeRestoring({ states }, room, incarnation, store, troubles)
  return { restore, save, saveInTurn, saveNow, replace }
})

const snapshotOf = <State>(
  aggregateId: string,
  { cursor, lastEventId, state }: Folded<State>,
  { encode, fingerprint }: StateCodec<State>,
  incarnation: string
): Snapshot => ({ aggregateId, ...cursor, eventId: lastEventId, incarnation, fingerprint, state: encode(state) })

const unsaved: Trouble = {
  key: "unsaved",
  level: "Warn",
  message: "snapshots cannot be saved",
  over: (count) => `snapshots are saved again: ${count} could not be`,
  lasts: true
}
const wrong: Trouble = {
  key: "wrong",
  level: "Warn",
  message: "wrong snapshots are replaced",
  over: (count) => `${count} wrong snapshots were replaced`
}
