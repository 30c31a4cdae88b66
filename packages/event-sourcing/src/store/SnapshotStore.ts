import { Context, Effect, Exit, Layer, MutableHashMap, Option } from "effect"
import { bytesOf } from "../line/bytesOf.ts"
import { type HotPort, hotPort } from "./HotPort.ts"
import { StateTooLarge, StoreError } from "./StoreError.ts"

/**
 * A folded state, good as a starting point for a replay and for nothing else: any doubt about it means replay.
 *
 * `incarnation` and `fingerprint` are compared before `state` is decoded.
 */
export interface Snapshot {
  readonly aggregateId: string
  /** Number of events folded into it. */
  readonly version: number
  /** Position of the last of them. */
  readonly position: number
  /** Id of the last of them, `null` when it has none or is not known: proves that it is this history. */
  readonly eventId: string | null
  /** The life of the event store it was made from. */
  readonly incarnation: string
  /** Identifies the code that made it: state schema and evolve. */
  readonly fingerprint: string
  readonly state: string
}

/**
 * Port: the latest snapshot of each aggregate, disposable at any time.
 *
 * - `latest` fails with `UnexpectedAnswer` when there is one that cannot be read, and with `StateTooLarge` when its state is of
 *   more bytes than `maxBytes`, which costs no more memory than that.
 * - `save` keeps what is there when that is newer (of the same incarnation, at a higher position). When it succeeds, what is
 *   there is this snapshot or a newer one, also when several save at once.
 * - `forget` makes what is there count for nothing, so that the next `save` replaces it whatever it is: for a snapshot that
 *   turned out not to belong to the history.
 */
export class SnapshotStore extends Context.Service<SnapshotStore, {
  readonly latest: (aggregateId: string, maxBytes?: number) => Effect.Effect<Option.Option<Snapshot>, StoreError>
  readonly save: HotPort<Snapshot, void>
  readonly forget: (aggregateId: string) => Effect.Effect<void, StoreError>
}>()("@cim-domain/event-sourcing/store/SnapshotStore") {
  /** Keeps snapshots in this process for as long as the layer lives. */
  static readonly layerMemory: Layer.Layer<SnapshotStore> = Layer.sync(SnapshotStore, () => {
    const snapshots = MutableHashMap.empty<string, Snapshot>()
    return SnapshotStore.of({
      latest: (aggregateId, maxBytes = Number.POSITIVE_INFINITY) =>
        Effect.suspend(() => {
          const found = MutableHashMap.get(snapshots, aggregateId)
          const actualBytes = Option.isSome(found) ? bytesOf(found.value.state) : 0
          return actualBytes <= maxBytes
            ? Effect.succeed(found)
            : new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes, actualBytes }) })
        }),
      save: hotPort((snapshot, _, onDone) => {
        const present = MutableHashMap.get(snapshots, snapshot.aggregateId)
        if (present._tag === "None" || !isNewer(present.value, snapshot)) {
          MutableHashMap.set(snapshots, snapshot.aggregateId, snapshot)
        }
        onDone(Exit.void)
      }),
      forget: (aggregateId) => Effect.sync(() => MutableHashMap.remove(snapshots, aggregateId))
    })
  })
}

/** Whether `present` must not be replaced by `candidate`. */
export const isNewer = (
  present: Pick<Snapshot, "incarnation" | "position">,
  candidate: Pick<Snapshot, "incarnation" | "position">
): boolean => present.incarnation === candidate.incarnation && present.position > candidate.position
