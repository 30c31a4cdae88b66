import { Effect } from "effect"
import type { EventStore, History } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Folded } from "./Loaded.ts"
import { type Larger, larger, type LoadRoom, type LoadSize } from "./LoadRoom.ts"
import { tooLarge, truncated } from "./truncated.ts"

/** Events folded before other fibers get a turn, unless they come to so many characters before. */
const foldPageEvents = 256
const foldPageCharacters = 256 * 1024

/** Bytes of events that are read at a time where a history has more than fit into a smaller load. */
export const readPageBytes = 4 * 1024 * 1024

/** Folds what comes after a state: page by page, letting others have their turn. Fails when the state outgrows its bound. */
export interface Folding<State> {
  /** However much that is. `isLarge`: as the load of the last size, which reserves its room. */
  readonly foldOn: (
    aggregateId: string,
    base: Folded<State>,
    history: History,
    isLarge: boolean
  ) => Effect.Effect<Folded<State>, StoreError>
  /** Unless that is more than this size of load is for. */
  readonly foldAll: (
    aggregateId: string,
    base: Folded<State>,
    history: History,
    size: LoadSize
  ) => Effect.Effect<Folded<State> | Larger, StoreError>
}

/** Makes a {@link Folding} of what the store has more than a first page. */
export const makeFolding = <State, Event>(
  { cacheSize, decider, events: eventCodec }: Pick<AggregateOptions<State, Event>, "decider" | "events" | "cacheSize">,
  eventStore: EventStore["Service"],
  room: LoadRoom
): Folding<State> => {
  const { max: stateBytesMax, sizeOf } = cacheSize ?? { max: Number.POSITIVE_INFINITY, sizeOf: () => 0 }

  const requireRoom = (aggregateId: string, state: State): Effect.Effect<void, StoreError> => {
    const actualBytes = sizeOf(state)
    return actualBytes <= stateBytesMax ? Effect.void : tooLarge(aggregateId, stateBytesMax, actualBytes)
  }

  const fold = Effect.fnUntraced(function*(
    aggregateId: string,
    base: Folded<State>,
    { events, head }: History,
    isLarge: boolean
  ) {
    let state = base.state
    let [count, characters] = [0, 0]
    for (const recorded of events) {
      state = decider.evolve(state, eventCodec.decode(recorded), recorded.position, recorded.command)
      count += 1
      characters += recorded.data.length
      if (count < foldPageEvents && characters < foldPageCharacters) continue
      ;[count, characters] = [0, 0]
      yield* requireRoom(aggregateId, state)
      if (isLarge) room.reserve(sizeOf(state) + 2 * readPageBytes)
      yield* Effect.yieldNow
    }
    yield* requireRoom(aggregateId, state)
    const last = events.at(-1)
    const folded: Folded<State> = { state, cursor: head, lastEventId: last === undefined ? base.lastEventId : last.id }
    return folded
  })

  const foldOn: Folding<State>["foldOn"] = Effect.fnUntraced(function*(aggregateId, base, history, isLarge) {
    let folded = yield* fold(aggregateId, base, history, isLarge)
    for (let more = history.more; more === true;) {
      const { cursor, lastEventId } = folded
      const after = Effect.succeed({ ...cursor, eventId: lastEventId })
      const next = yield* eventStore.read(aggregateId, after, readPageBytes)
      // It has ended before where it was seen to be: somebody purged it meanwhile.
      if (next.head.position < cursor.position) return yield* truncated(aggregateId, cursor.version + 1)
      folded = yield* fold(aggregateId, folded, next, isLarge)
      more = next.more
    }
    return folded
  })

  return {
    foldOn,
    foldAll: (aggregateId, base, history, { isLast }) =>
      isLast || history.more !== true ? foldOn(aggregateId, base, history, isLast) : Effect.succeed(larger)
  }
}
