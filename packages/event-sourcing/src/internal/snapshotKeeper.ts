import { Cause, Effect, FiberSet, Metric, Option, Result, type Scope, Semaphore } from "effect"
import type { StateCodec } from "../Aggregate.ts"
import type { Cursor } from "../Event.ts"
import { EventStore } from "../EventStore.ts"
import { type LogEpisode, makeLogEpisode } from "../LogEpisode.ts"
import { type Snapshot, SnapshotStore } from "../SnapshotStore.ts"
import type { StoreError } from "../StoreError.ts"
import { inWords } from "./inWords.ts"

/** Snapshots saved in the background at the same time; beyond it a due one waits for a later event, a replacement for its turn. */
const concurrentSaves = 4

/** A snapshot that takes longer to read is done without where it can be: it is there to make loads faster. */
const readTimeout = "500 millis"

/** A state with the cursor up to which events are folded into it, and the id of the last of them when it is known. */
export interface Folded<State> {
  readonly state: State
  readonly cursor: Cursor
  readonly lastEventId: string | null
}

/**
 * What came of looking for a snapshot: there is none; there is one; there is one that cannot be used, because it is damaged,
 * because other code made it, or because it was made of another life of the event store; or nobody knows.
 */
export type Restored<State> =
  | { readonly _tag: "None" }
  | { readonly _tag: "Usable"; readonly folded: Folded<State> }
  | { readonly _tag: "Unusable"; readonly version: number; readonly damaged: boolean }
  | { readonly _tag: "Unread"; readonly reason: string }

/**
 * The snapshots of one domain, as its aggregate wants them: but for `saveNow`, none of these ever fails or keeps a command
 * waiting. What goes wrong is logged and counted.
 */
export interface SnapshotKeeper<State> {
  /** The latest snapshot, if there is one that can be believed so far. */
  readonly restore: (aggregateId: string) => Effect.Effect<Restored<State>>
  /** Saves in the background. */
  readonly save: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
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

export const makeSnapshotKeeper = Effect.fnUntraced(function*<State>(
  states: StateCodec<State>
): Effect.fn.Return<SnapshotKeeper<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore
  const background = yield* FiberSet.make()
  const saves = yield* Semaphore.make(concurrentSaves)

  const unsaved = makeLogEpisode({
    level: "Warn",
    begins: (detail) => `snapshots cannot be saved: ${detail}`,
    ends: ({ seconds, times }) => `snapshots are saved again: for ${seconds} s they could not be, ${times} times`
  })
  const unread = makeLogEpisode({
    level: "Warn",
    begins: (detail) => `snapshots cannot be read, and are done without: ${detail}`,
    ends: ({ seconds, times }) => `snapshots are read again: for ${seconds} s they could not be, ${times} times`
  })

  const ignored = makeLogEpisode({
    level: "Warn",
    begins: (detail) => `snapshots are ignored: ${detail}`,
    ends: ({ seconds, times }) => `snapshots are used again: ${times} were ignored within ${seconds} s`
  })

  const failed = (episode: LogEpisode) => (cause: Cause.Cause<unknown>) =>
    Effect.andThen(count("failed"), episode.shows(inWords(cause)))

  const unusable = (reason: string, facts: { readonly version: number; readonly damaged: boolean }) =>
    Effect.andThen(count("unusable"), ignored.shows(reason)).pipe(
      Effect.annotateLogs({ version: facts.version }),
      Effect.as<Restored<State>>({ _tag: "Unusable", ...facts })
    )

  const use = ({ eventId, fingerprint, incarnation: made, position, state, version }: Snapshot) => {
    if (made !== incarnation) {
      return unusable("it belongs to another life of the event store", { version, damaged: false })
    }
    if (fingerprint !== states.fingerprint) return unusable("other code made it", { version, damaged: false })
    const decoded = states.decode(state)
    return Result.isFailure(decoded)
      ? unusable(decoded.failure, { version, damaged: true })
      : Effect.as(
        Effect.andThen(count("restored"), ignored.isOn() ? ignored.isOver : Effect.void),
        usable({ state: decoded.success, cursor: { version, position }, lastEventId: eventId })
      )
  }

  const restore = (aggregateId: string): Effect.Effect<Restored<State>> =>
    store.latest(aggregateId).pipe(
      Effect.timeout(readTimeout),
      Effect.tap(() => unread.isOn() ? unread.isOver : Effect.void),
      Effect.matchCauseEffect({
        onSuccess: Option.match({ onNone: () => Effect.succeed(none<State>()), onSome: use }),
        onFailure: (cause) => {
          const error = Option.getOrUndefined(Cause.findErrorOption(cause))
          return error?._tag === "StoreError" && error.reason._tag === "UnexpectedAnswer"
            ? unusable(error.message, { version: 0, damaged: true })
            : Effect.as(failed(unread)(cause), { _tag: "Unread", reason: inWords(cause) } as const)
        }
      }),
      Effect.annotateLogs({ aggregateId })
    )

  const write = (aggregateId: string, { cursor, lastEventId, state }: Folded<State>) =>
    Effect.suspend(() =>
      store.save({
        aggregateId,
        ...cursor,
        eventId: lastEventId,
        incarnation,
        fingerprint: states.fingerprint,
        state: states.encode(state)
      })
    ).pipe(
      Effect.tap(() => unsaved.isOn() ? unsaved.isOver : Effect.void),
      Effect.withSpan("Aggregate.saveSnapshot", { attributes: { aggregateId, version: cursor.version } })
    )

  const inBackground = (aggregateId: string, { cursor }: Folded<State>, saving: Effect.Effect<void, StoreError>) =>
    saving.pipe(
      Effect.catchCause(failed(unsaved)),
      Effect.annotateLogs({ aggregateId, version: cursor.version }),
      (effect) => FiberSet.run(background, effect),
      Effect.asVoid
    )

  const save = (aggregateId: string, folded: Folded<State>) =>
    write(aggregateId, folded).pipe(
      saves.withPermitsIfAvailable(1),
      Effect.flatMap((saved) => count(Option.isSome(saved) ? "saved" : "skipped")),
      (saving) => inBackground(aggregateId, folded, saving)
    )

  const saveNow = (aggregateId: string, folded: Folded<State>) =>
    Effect.andThen(write(aggregateId, folded), count("saved"))

  const replace = (aggregateId: string, reason: string, whole: Folded<State>) =>
    Effect.andThen(
      Effect.andThen(
        count("forgotten"),
        Effect.annotateLogs(Effect.logWarning("snapshot forgotten"), { aggregateId, reason })
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

  return { restore, save, saveNow, replace }
})

const none = <State>(): Restored<State> => ({ _tag: "None" })
const usable = <State>(folded: Folded<State>): Restored<State> => ({ _tag: "Usable", folded })
