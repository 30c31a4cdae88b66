import { Cause, Effect, Option, Result } from "effect"
import type { Snapshot, SnapshotStore } from "../store/SnapshotStore.ts"
import { reasonOf, type Trouble, type TroubleLog } from "../telemetry/TroubleLog.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Folded } from "./Loaded.ts"
import type { LoadRoom, LoadSize } from "./LoadRoom.ts"
import { snapshotCount } from "./snapshotCount.ts"

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

/** Gives the latest snapshot, if there is one that can be believed so far. Never fails. */
export type Restore<State> = (aggregateId: string, size: LoadSize) => Effect.Effect<Restored<State>>

/** Makes a {@link Restore} for snapshots of this code, and of this life of the event store. */
export const makeRestoring = <State>(
  { states }: Pick<AggregateOptions<State, unknown>, "states">,
  room: LoadRoom,
  incarnation: string,
  store: SnapshotStore["Service"],
  { found, works }: TroubleLog
): Restore<State> => {
  const failed = (cause: Cause.Cause<unknown>) =>
    Effect.andThen(snapshotCount("failed"), found({ ...unread, annotations: { reason: reasonOf(cause) } }))

  const unusable = (
    trouble: Trouble,
    reason: string,
    facts: { readonly version: number; readonly damaged: boolean }
  ) =>
    Effect.andThen(snapshotCount("unusable"), found({ ...trouble, annotations: { version: facts.version, reason } }))
      .pipe(
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
        snapshotCount("restored"),
        usable({ state: decoded.success, cursor: { version, position }, lastEventId: eventId })
      )
  }

  return (aggregateId, size) =>
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
            : Effect.as(failed(cause), { _tag: "Unread", reason: reasonOf(cause) } as const)
        }
      }),
      Effect.annotateLogs({ aggregateId })
    )
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

const none = <State>(): Restored<State> => ({ _tag: "None" })
const usable = <State>(folded: Folded<State>): Restored<State> => ({ _tag: "Usable", folded })
