import { Cause, Effect, FiberSet, Metric, Option, Result, type Scope, Semaphore } from "effect"
import { EventStore } from "../store/EventStore.ts"
import { type Snapshot, SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { makeTroubleLog, reasonOf, type Trouble } from "../telemetry/TroubleLog.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Folded } from "./Loaded.ts"
import { largeBytes, type LoadRoom, type LoadSize } from "./LoadRoom.ts"

/** Snapshots saved in the background at the same time; beyond it a due one waits for a later event, a replacement for its turn. */
const concurrentSaves = 4

/**
 * What came of looking for a snapshot: there is none; there is one; there is one that cannot be used, because it is damaged,
 * because other code made it, or because it was made of another life of the event store; it is too large; or nobody knows.
 */
export type Restored<State> =
  | { readonly _tag: "None" }
  | { readonly _tag: "Usable"; readonly folded: Folded<State> }
  | { readonly _tag: "Unusable"; readonly version: number; readonly damaged: boolean }
  | { readonly _tag: "TooLarge"; readonly textBytes: number }
  | { readonly _tag: "Unread"; readonly reason: string }

/**
 * The snapshots of one domain, as its aggregate wants them: but for `saveNow`, none of these ever fails or keeps a command
 * waiting. What goes wrong is logged and counted.
 */
export interface SnapshotKeeper<State> {
  /** The latest snapshot, if there is one that can be believed so far. */
  readonly restore: (
    aggregateId: string,
    size: LoadSize
  ) => Effect.Effect<Restored<State>>
  /** Saves in the background. */
  readonly save: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Saves when it is its turn, and is done when that was tried. */
  readonly saveInTurn: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Saves, and is done when it is saved. */
  readonly saveNow: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void, StoreError>
  /** Forgets, in the background, a snapshot that does not belong to the history, and saves what the history says. */
  readonly replace: (aggregateId: string, reason: string, whole: Folded<State>) => Effect.Effect<void>
}

type Outcome = "saved" | "skipped" | "failed" | "restored" | "unusable" | "forgotten"

const counter = Metric.counter("snapshots_total", {
  description: "Snapshots by outcome: saved, skipped, failed, restored, unusable, forgotten",
  incremental: true
})
const count = (outcome: Outcome) => Metric.update(Metric.withAttributes(counter, { outcome }), 1)

/** Makes the {@link SnapshotKeeper} of one domain, which saves as long as the scope lives. */
export const makeSnapshotKeeper = Effect.fnUntraced(function*<State>(
  { cacheSize, states }: Pick<AggregateOptions<State, unknown>, "cacheSize" | "states">,
  room: LoadRoom
): Effect.fn.Return<SnapshotKeeper<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore
  const background = yield* FiberSet.make()
  const saves = yield* Semaphore.make(concurrentSaves)
  const { found, works } = yield* makeTroubleLog

  const failed = (trouble: Trouble) => (cause: Cause.Cause<unknown>) =>
    Effect.andThen(count("failed"), found({ ...trouble, annotations: { reason: reasonOf(cause) } }))

  const unusable = (
    trouble: Trouble,
    reason: string,
    facts: { readonly version: number; readonly damaged: boolean }
  ) =>
    Effect.andThen(count("unusable"), found({ ...trouble, annotations: { version: facts.version, reason } })).pipe(
      Effect.as<Restored<State>>({ _tag: "Unusable", ...facts })
    )

  const use = (
    { eventId, fingerprint, incarnation: made, position, state, version }: Snapshot,
    { isLast }: LoadSize
  ) => {
    if (made !== incarnation) {
      return unusable(foreign, "it belongs to another life of the event store", { version, damaged: false })
    }
    if (fingerprint !== states.fingerprint) {
      return unusable(ofOtherCode, "other code made it", { version, damaged: false })
    }
    // The text, what is parsed of it, and what is made of that.
    if (isLast) room.reserve(3 * state.length)
    const decoded = states.decode(state)
    return Result.isFailure(decoded)
      ? unusable(damaged, decoded.failure, { version, damaged: true })
      : Effect.as(
        count("restored"),
        usable({ state: decoded.success, cursor: { version, position }, lastEventId: eventId })
      )
  }

  const restore: SnapshotKeeper<State>["restore"] = (aggregateId, size) =>
    store.latest(aggregateId, size.bytes).pipe(
      Effect.timeout(size.snapshotTimeout),
      Effect.tap(() => Effect.sync(() => works(unread.key))),
      Effect.matchCauseEffect({
        onSuccess: Option.match({
          onNone: () => Effect.succeed(none<State>()),
          onSome: (snapshot) => use(snapshot, size)
        }),
        onFailure: (cause) => {
          const error = Option.getOrUndefined(Cause.findErrorOption(cause))
          if (error?._tag === "StoreError" && error.reason._tag === "StateTooLarge") {
            return Effect.succeed<Restored<State>>({ _tag: "TooLarge", textBytes: error.reason.actualBytes })
          }
          return error?._tag === "StoreError" && error.reason._tag === "UnexpectedAnswer"
            ? unusable(damaged, error.message, { version: 0, damaged: true })
            : Effect.as(failed(unread)(cause), { _tag: "Unread", reason: reasonOf(cause) } as const)
        }
      }),
      Effect.annotateLogs({ aggregateId })
    )

  const bytesOf = ({ state }: Folded<State>) => cacheSize?.sizeOf(state) ?? 0

  const write = (aggregateId: string, folded: Folded<State>) =>
    room.save(
      bytesOf(folded),
      Effect.suspend(() =>
        store.save({
          aggregateId,
          ...folded.cursor,
          eventId: folded.lastEventId,
          incarnation,
          fingerprint: states.fingerprint,
          state: states.encode(folded.state)
        })
      )
    ).pipe(
      Effect.tap(() => Effect.sync(() => works(unsaved.key))),
      Effect.withSpan("Aggregate.saveSnapshot", { attributes: { aggregateId, version: folded.cursor.version } })
    )

  const harmless = (aggregateId: string, { cursor }: Folded<State>, saving: Effect.Effect<void, StoreError>) =>
    saving.pipe(
      Effect.catchCause(failed(unsaved)),
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
      Effect.flatMap((saved) => count(Option.isSome(saved) ? "saved" : "skipped")),
      (saving) => inBackground(aggregateId, folded, saving)
    )

  const saveInTurn = (aggregateId: string, folded: Folded<State>) =>
    harmless(aggregateId, folded, saves.withPermit(saveNow(aggregateId, folded)))

  const saveNow = (aggregateId: string, folded: Folded<State>) =>
    Effect.andThen(write(aggregateId, folded), count("saved"))

  const replace = (aggregateId: string, reason: string, whole: Folded<State>) =>
    Effect.andThen(
      Effect.andThen(
        count("forgotten"),
        found({ ...wrong, annotations: { aggregateId, reason } })
      ),
      inBackground(
        aggregateId,
        whole,
        saves.withPermit(
          whole.cursor.version === 0
            ? store.forget(aggregateId)
            : Effect.andThen(store.forget(aggregateId), saveNow(aggregateId, whole))
        )
      )
    )

  return { restore, save, saveInTurn, saveNow, replace }
})

const unsaved: Trouble = {
  key: "unsaved",
  level: "Warn",
  message: "snapshots cannot be saved",
  over: (count) => `snapshots are saved again: ${count} could not be`,
  lasts: true
}
const unread: Trouble = {
  key: "unread",
  level: "Warn",
  message: "snapshots cannot be read",
  over: (count) => `snapshots are read again: ${count} could not be`,
  lasts: true
}
const ofOtherCode: Trouble = {
  key: "other code",
  level: "Info",
  message: "snapshots of another release are ignored: what they are of is replayed",
  over: (count) => `${count} snapshots of another release were ignored`
}
const foreign: Trouble = {
  key: "another life",
  level: "Warn",
  message: "snapshots of another life of the event store are ignored",
  over: (count) => `${count} snapshots of another life of the event store were ignored`
}
const damaged: Trouble = {
  key: "damaged",
  level: "Warn",
  message: "damaged snapshots are ignored",
  over: (count) => `${count} damaged snapshots were ignored`
}
const wrong: Trouble = {
  key: "wrong",
  level: "Warn",
  message: "wrong snapshots are replaced",
  over: (count) => `${count} wrong snapshots were replaced`
}

const none = <State>(): Restored<State> => ({ _tag: "None" })
const usable = <State>(folded: Folded<State>): Restored<State> => ({ _tag: "Usable", folded })
