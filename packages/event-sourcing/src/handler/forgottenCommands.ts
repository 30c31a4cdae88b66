import { Effect, Fiber, FiberMap, Metric, Option, type Scope } from "effect"
import { RecentlyUsed } from "../collections/RecentlyUsed.ts"
import type { NamedCursor, RecordedEvent } from "../store/Event.ts"
import { start } from "../store/Event.ts"
import { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"

/** Bytes of events that are read at a time. */
const pageBytes = 512 * 1024

/** What all indexes together may take in memory, in bytes. One that alone takes more is kept until the next one is made. */
const indexBytesMax = 32_000_000

/** What a command takes in an index, in bytes, roughly: its id, and where it is. */
const entryBytes = 160

/** An index is good enough as long as not more versions came after it: a state remembers at least so many commands. */
const versionsBehindMost = 500

const looks = Metric.counter("command_looks_total", {
  description: "Looks for a command that a state may have forgotten: in the index, or in the history",
  incremental: true
})
const fromIndex = Metric.withAttributes(looks, { from: "index" })
const fromHistory = Metric.withAttributes(looks, { from: "history" })

/** Where the commands of one history are, up to a version. */
interface HistoryIndex {
  readonly upTo: NamedCursor
  /** Before which event that of a command stands. */
  readonly commands: Map<string, NamedCursor>
}

/** Looks for commands in histories; see {@link makeForgottenCommands}. */
export interface ForgottenCommands {
  readonly find: (
    aggregateId: string,
    commandId: string,
    version: number
  ) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError>
}

/**
 * Looks for the events of one command in the history of an aggregate, so far as its state may have forgotten them: up to a
 * version, but for the last few, which any state remembers.
 *
 * The first look reads the history and keeps where each command is; the next ones need to read what came since, and the one
 * event that they find. One look at a time at an aggregate, and it is not given up with the command that asked: the next one, or
 * the same command sent again, finds it done. Nothing is kept of what the store has forgotten itself.
 */
export const makeForgottenCommands: Effect.Effect<ForgottenCommands, never, EventStore | Scope.Scope> = Effect.gen(
  function*() {
    const store = yield* EventStore
    const indexes = new RecentlyUsed<HistoryIndex>({
      entries: Number.POSITIVE_INFINITY,
      weight: indexBytesMax,
      weigh: ({ commands }) => commands.size * entryBytes
    })
    const underWay = yield* FiberMap.make<string, HistoryIndex, StoreError>()

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

    const make = (aggregateId: string) =>
      Effect.suspend(() => {
        const known = indexes.get(aggregateId)
        const made = known === undefined
          ? build(aggregateId)
          : Effect.catchReason(
            extend(aggregateId, known),
            "StoreError",
            "HistoryTruncated",
            () => build(aggregateId)
          )
        return Effect.tap(made, (index) => Effect.sync(() => indexes.set(aggregateId, index)))
      })

    const indexOf = Effect.fnUntraced(function*(aggregateId: string, version: number) {
      const known = indexes.get(aggregateId)
      if (known !== undefined && known.upTo.version > version - versionsBehindMost) {
        yield* Metric.update(fromIndex, 1)
        return known
      }
      yield* Metric.update(fromHistory, 1)
      const running = FiberMap.getUnsafe(underWay, aggregateId)
      const fiber = Option.isSome(running)
        ? running.value
        : yield* FiberMap.run(underWay, aggregateId, make(aggregateId))
      return yield* Fiber.join(fiber)
    })

    const look = Effect.fnUntraced(function*(aggregateId: string, commandId: string, version: number) {
      const { commands } = yield* indexOf(aggregateId, version)
      const before = commands.get(commandId)
      if (before === undefined) return []
      const { events } = yield* store.read(aggregateId, Effect.succeed(before), 1)
      const end = events.findIndex((event) => event.commandId !== commandId)
      return end === -1 ? events : events.slice(0, end)
    }, (effect, aggregateId) => Effect.tapError(effect, () => Effect.sync(() => indexes.delete(aggregateId))))

    const find: ForgottenCommands["find"] = (aggregateId, commandId, version) =>
      look(aggregateId, commandId, version).pipe(
        // The store has forgotten since what the index knows.
        Effect.catchReason("StoreError", "HistoryTruncated", () => look(aggregateId, commandId, version))
      )
    return { find }
  }
)

const noIndex: HistoryIndex = { upTo: start, commands: new Map() }
