import { Effect } from "effect"
import type { EventStore } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { type ColdLoadOptions, makeColdLoad } from "./ColdLoad.ts"

/**
 * The state of one aggregate and the number of its events, for those who only look: from snapshot and tail, as confirmed by
 * the leader of the event store. Fails with `HistoryTruncated` when nothing shows what it is, and otherwise as the store does.
 */
export const loadState = <State, Event>(
  options: ColdLoadOptions<State, Event>,
  aggregateId: string
): Effect.Effect<{ readonly state: State; readonly version: number }, StoreError, EventStore | SnapshotStore> =>
  makeColdLoad(options).pipe(
    Effect.flatMap(({ loading }) =>
      loading(aggregateId, ({ cursor, state }) => Effect.succeed({ state, version: cursor.version }))
    ),
    Effect.scoped
  )
