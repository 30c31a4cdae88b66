import { Effect } from "effect"
import { type NamedCursor, start } from "../store/Event.ts"
import type { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"

/** Bytes of events that are read at a time. */
const pageBytes = 512 * 1024

/** What a command takes in an index, in bytes, roughly: its id, and where it is. */
export const entryBytes = 160

/** Where the commands of one history are, up to a version. */
export interface HistoryIndex {
  readonly upTo: NamedCursor
  /** Before which event that of a command stands. */
  readonly commands: Map<string, NamedCursor>
}

/** Brings an index up to date, or makes one of what the store has not forgotten where there is none. */
export type MakeIndex = (
  aggregateId: string,
  known: HistoryIndex | undefined
) => Effect.Effect<HistoryIndex, StoreError>

/** Makes a {@link MakeIndex} that reads histories page by page. */
export const makeHistoryIndex = (store: EventStore["Service"]): MakeIndex => {
  const extend = Effect.fnUntraced(function*(
    aggregateId: string,
    known: HistoryIndex
  ): Effect.fn.Return<HistoryIndex, StoreError> {
    const commands = known.commands
    let after = known.upTo
    for (let more = true; more;) {
      const history = yield* store.read(aggregateId, Effect.succeed(after), pageBytes)
      // Another life of the store, or none of the events is left.
      if (history.head.position < after.position) return noIndex
      for (const { commandId, id, position, version } of history.events) {
        if (commandId !== null && !commands.has(commandId)) commands.set(commandId, after)
        after = { version, position, eventId: id }
      }
      more = history.more === true
      yield* Effect.yieldNow
    }
    return { ...known, upTo: after, commands }
  })

  const build = (aggregateId: string) =>
    extend(aggregateId, { upTo: start, commands: new Map() }).pipe(
      Effect.catchReason("StoreError", "HistoryTruncated", ({ firstVersion }) => {
        const beforeFirst = { version: firstVersion - 1, position: 0 }
        return extend(aggregateId, { upTo: beforeFirst, commands: new Map() })
      })
    )

  return (aggregateId, known) =>
    known === undefined
      ? build(aggregateId)
      : Effect.catchReason(extend(aggregateId, known), "StoreError", "HistoryTruncated", () => build(aggregateId))
}

const noIndex: HistoryIndex = { upTo: start, commands: new Map() }
