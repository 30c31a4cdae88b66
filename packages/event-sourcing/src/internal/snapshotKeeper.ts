import { Cause, Effect, FiberSet, Metric, Option, Result, type Scope, Semaphore } from "effect"
import type { StateCodec } from "../Aggregate.ts"
import type { Cursor } from "../Event.ts"
import { EventStore } from "../EventStore.ts"
import { type Snapshot, SnapshotStore } from "../SnapshotStore.ts"

/** Snapshots saved at the same time; beyond it a due snapshot waits for a later event. */
const concurrentSaves = 4

/** A snapshot that takes longer to read is done without: it is there to make loads faster. */
const readTimeout = "500 millis"

/** A state with the cursor up to which events are folded into it. */
export interface Folded<State> {
  readonly state: State
  readonly cursor: Cursor
}

/**
 * The snapshots of one domain, as its aggregate wants them: none of these ever fails or keeps a command waiting. What goes
 * wrong is logged and counted.
 */
export interface SnapshotKeeper<State> {
  /** The latest snapshot, if there is one that can be believed so far. */
  readonly restore: (aggregateId: string) => Effect.Effect<Folded<State> | undefined>
  /** Saves in the background. */
  readonly save: (aggregateId: string, folded: Folded<State>) => Effect.Effect<void>
  /** Forgets, in the background, a snapshot that does not belong to the history. */
  readonly forget: (aggregateId: string, reason: string) => Effect.Effect<void>
}

const counter = Metric.counter("snapshots_total", {
  description: "Snapshots by outcome: saved, skipped, failed, restored, unusable",
  incremental: true
})
const count = (outcome: "saved" | "skipped" | "failed" | "restored" | "unusable") =>
  Metric.update(Metric.withAttributes(counter, { outcome }), 1)

export const makeSnapshotKeeper = Effect.fnUntraced(function*<State>(
  states: StateCodec<State>
): Effect.fn.Return<SnapshotKeeper<State>, never, EventStore | SnapshotStore | Scope.Scope> {
  const { incarnation } = yield* EventStore
  const store = yield* SnapshotStore
  const background = yield* FiberSet.make()
  const saves = yield* Semaphore.make(concurrentSaves)

  const usable = ({ fingerprint, incarnation: made, state }: Snapshot): Result.Result<State, string> =>
    made !== incarnation
      ? Result.fail("it belongs to another life of the event store")
      : fingerprint !== states.fingerprint
      ? Result.fail("other code made it")
      : states.decode(state)

  const forget = (aggregateId: string, reason: string) =>
    Effect.andThen(count("unusable"), Effect.logWarning("snapshot ignored")).pipe(
      Effect.andThen(FiberSet.run(background, ignoring("snapshot not forgotten", store.forget(aggregateId)))),
      Effect.annotateLogs({ aggregateId, reason })
    )

  const ignoring = <A>(message: string, effect: Effect.Effect<A, unknown>) =>
    Effect.catchCause(effect, (cause) =>
      Effect.andThen(
        count("failed"),
        Effect.annotateLogs(Effect.logWarning(message), { reason: Cause.pretty(cause) })
      ))

  const restore = Effect.fnUntraced(function*(aggregateId: string) {
    const found = yield* store.latest(aggregateId).pipe(
      Effect.catchReason(
        "StoreError",
        "UnexpectedAnswer",
        (reason) => Effect.as(forget(aggregateId, reason.message), Option.none<Snapshot>())
      ),
      Effect.timeout(readTimeout),
      (latest) => ignoring("snapshot not read", latest)
    )
    if (found === undefined || Option.isNone(found)) return undefined
    const { position, version } = found.value
    const state = usable(found.value)
    if (Result.isFailure(state)) {
      yield* count("unusable")
      yield* Effect.annotateLogs(Effect.logWarning("snapshot ignored"), { version, reason: state.failure })
      return undefined
    }
    yield* count("restored")
    return { state: state.success, cursor: { version, position } }
  }, (effect, aggregateId) => Effect.annotateLogs(effect, { aggregateId }))

  const save = (aggregateId: string, { cursor, state }: Folded<State>) =>
    Effect.suspend(() =>
      store.save({ aggregateId, ...cursor, incarnation, fingerprint: states.fingerprint, state: states.encode(state) })
    ).pipe(
      saves.withPermitsIfAvailable(1),
      Effect.flatMap((saved) => count(Option.isSome(saved) ? "saved" : "skipped")),
      (saving) => ignoring("snapshot not saved", saving),
      Effect.annotateLogs({ aggregateId, version: cursor.version }),
      Effect.withSpan("Aggregate.saveSnapshot", { attributes: { aggregateId, version: cursor.version } }),
      (saving) => FiberSet.run(background, saving),
      Effect.asVoid
    )

  return { restore, save, forget }
})
