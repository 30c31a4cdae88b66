import { Array as Arr, Effect } from "effect"
import { appendBy } from "../src/store/Append.ts"
import { start } from "../src/store/Event.ts"
import { EventStore } from "../src/store/EventStore.ts"
import { submitOf } from "../src/store/HotPort.ts"
import { HistoryTruncated, StoreError } from "../src/store/StoreError.ts"

/** The memory store with a limit: `limit.forgotten` and all events before are gone, those up to `limit.dueUpTo` are next. */
export const forgetting = Effect.map(EventStore, (store) => {
  const limit = { forgotten: 0, dueUpTo: 0 }
  const events = EventStore.of({
    ...store,
    mayForget: Effect.succeed(true),
    retention: Effect.sync(() => ({
      firstPosition: limit.forgotten + 1,
      dueBefore: 0,
      dueUpTo: limit.dueUpTo,
      lookAgainMillis: 1_000
    })),
    // The guard knows the events that are there.
    append: appendBy(store.appendMax, (parts, services, onDone) => {
      const known = Arr.map(parts, (part) => {
        const { head } = Effect.runSync(store.read(part.aggregateId, Effect.succeed(start)))
        const isForgotten = part.expected.position === 0 && head.position <= limit.forgotten
        return isForgotten ? { ...part, expected: head } : part
      })
      return submitOf(store.append)(known, services, onDone)
    }),
    scan: (after, count) => store.scan(Math.max(after, limit.forgotten), count),
    read: (aggregateId, after) =>
      Effect.flatMap(after, (cursor) =>
        Effect.flatMap(store.read(aggregateId, Effect.succeed(cursor)), (history) => {
          if (history.head.position <= limit.forgotten) return Effect.succeed({ head: start, events: [] })
          const kept = history.events.filter(({ position }) => position > limit.forgotten)
          return kept.length === history.events.length
            ? Effect.succeed(history)
            : new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: kept[0]!.version }) })
        }))
  })
  return { events, limit }
})
