import { type Cause, type Context, Effect, Exit, FiberSet, References, type Scope } from "effect"
import { Permits } from "../collections/Permits.ts"
import { EventStore } from "../store/EventStore.ts"
import { type Ask, hotPort, submitOf } from "../store/HotPort.ts"
import { type Snapshot, SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { spanned } from "../telemetry/spanned.ts"
import { makeTroubleLog, reasonOf, type Trouble } from "../telemetry/TroubleLog.ts"
import type { AggregateOptions, StateCodec } from "./AggregateOptions.ts"
import { makeDueSaves } from "./dueSaves.ts"
import type { Folded } from "./Loaded.ts"
import { largeBytes, type LoadRoom } from "./LoadRoom.ts"
import { makeRestoring, type Restore } from "./restoring.ts"
import { countSnapshot, snapshotCount } from "./snapshotCount.ts"

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
  readonly save: (aggregateId: string, folded: Folded<State>) => void
  /** Saves when it is its turn, and is done when that was tried. */
  readonly saveInTurn: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Saves, and is done when it is saved. */
  readonly saveNow: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void, StoreError>
  /** Forgets, in the background, a snapshot that does not belong to the history, and saves what the history says. */
  readonly replace: (aggregateId: string, reason: string, whole: Folded<State>) => Effect.Effect<void>
}

/** A state that is saved. */
interface Saving<State> {
  readonly aggregateId: string
  readonly folded: Folded<State>
}

/** Makes the {@link SnapshotKeeper} of one domain, which saves as long as the scope lives. */
export const makeSnapshotKeeper = Effect.fnUntraced(function*<State>(
  { cacheSize, states }: Pick<AggregateOptions<State, unknown>, "cacheSize" | "states">,
  room: LoadRoom
): Effect.fn.Return<SnapshotKeeper<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore
  const services: Context.Context<never> = yield* Effect.context()
  const inBackground = yield* FiberSet.makeRuntime()
  const permits = new Permits(concurrentSaves)
  const troubles = yield* makeTroubleLog
  const { found, works } = troubles

  const failed = (cause: Cause.Cause<unknown>) =>
    Effect.andThen(snapshotCount("failed"), found({ ...unsaved, annotations: { reason: reasonOf(cause) } }))

  const bytesOf = ({ state }: Folded<State>) => cacheSize?.sizeOf(state) ?? 0

  const traced = yield* References.TracerEnabled
  const writing = writingTo<State>(submitOf(store.save), states, incarnation, () => works(unsaved.key))
  const submit = traced ? spanned("Aggregate.saveSnapshot", writing, attributesOf) : writing
  const write = (aggregateId: string, folded: Folded<State>) =>
    room.save(bytesOf(folded), hotPort(submit)({ aggregateId, folded }))

  const harmless = (aggregateId: string, { cursor }: Folded<State>, saving: Effect.Effect<void, StoreError>) =>
    saving.pipe(
      Effect.catchCause(failed),
      Effect.annotateLogs({ aggregateId, version: cursor.version })
    )

  const due = yield* makeDueSaves(submit, permits, ({ aggregateId, folded }, exit) => {
    if (exit === undefined) countSnapshot("skipped", services)
    else if (Exit.isSuccess(exit)) countSnapshot("saved", services)
    else inBackground(harmless(aggregateId, folded, exit))
  })

  const save = (aggregateId: string, folded: Folded<State>) => {
    if (bytesOf(folded) >= largeBytes) {
      inBackground(harmless(aggregateId, folded, Effect.andThen(Effect.yieldNow, saveLarge(aggregateId, folded))))
    } else due({ aggregateId, folded })
  }

  const saveLarge = (aggregateId: string, folded: Folded<State>) =>
    Effect.suspend(() =>
      // One that would wait keeps others from being saved meanwhile.
      room.isSaving() || !permits.takeNow()
        ? snapshotCount("skipped")
        : Effect.ensuring(saveNow(aggregateId, folded), Effect.sync(() => permits.release()))
    )

  const saveInTurn = (aggregateId: string, folded: Folded<State>) =>
    harmless(aggregateId, folded, permits.withPermit(saveNow(aggregateId, folded)))

  const saveNow = (aggregateId: string, folded: Folded<State>) =>
    Effect.andThen(write(aggregateId, folded), snapshotCount("saved"))

  const replace = (aggregateId: string, reason: string, whole: Folded<State>) => {
    const forgotten = store.forget(aggregateId)
    const replaced = whole.cursor.version === 0 ? forgotten : Effect.andThen(forgotten, saveNow(aggregateId, whole))
    return Effect.andThen(
      Effect.andThen(snapshotCount("forgotten"), found({ ...wrong, annotations: { aggregateId, reason } })),
      Effect.sync(() => {
        inBackground(harmless(aggregateId, whole, Effect.andThen(Effect.yieldNow, permits.withPermit(replaced))))
      })
    )
  }

  const restore = makeRestoring({ states }, room, incarnation, store, troubles)
  return { restore, save, saveInTurn, saveNow, replace }
})

/** The text of a state is made here, and not before. */
const writingTo = <State>(
  save: Ask<Snapshot, void>,
  states: StateCodec<State>,
  incarnation: string,
  onSaved: () => void
): Ask<Saving<State>, void> =>
({ aggregateId, folded }, services, onDone) => {
  try {
    return save(snapshotOf(aggregateId, folded, states, incarnation), services, (exit) => {
      if (Exit.isSuccess(exit)) onSaved()
      onDone(exit)
    })
  } catch (defect) {
    return onDone(Exit.die(defect))
  }
}

const attributesOf = ({ aggregateId, folded: { cursor } }: Saving<unknown>) => ({
  aggregateId,
  version: cursor.version
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
