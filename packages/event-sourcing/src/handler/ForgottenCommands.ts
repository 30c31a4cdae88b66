import { Effect, Fiber, FiberMap, Metric, Option, type Scope } from "effect"
import { RecentlyUsed } from "../collections/RecentlyUsed.ts"
import type { RecordedEvent } from "../store/Event.ts"
import { EventStore } from "../store/EventStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import { entryBytes, type HistoryIndex, makeHistoryIndex } from "./HistoryIndex.ts"

/** What all indexes together may take in memory, in bytes. One that alone takes more is kept until the next one is made. */
const indexBytesMax = 32_000_000

/** An index is good enough as long as not more versions came after it: a state remembers at least so many commands. */
const versionsBehindMost = 500

const looks = Metric.counter("command_looks_total", {
  description: "Looks for a command that a state may have forgotten: in the index, or in the history",
  incremental: true
})
const fromIndex = Metric.withAttributes(looks, { from: "index" })
const fromHistory = Metric.withAttributes(looks, { from: "history" })

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

    const index = makeHistoryIndex(store)
    const make = (aggregateId: string) =>
      Effect.suspend(() =>
        Effect.tap(
          index(aggregateId, indexes.get(aggregateId)),
          (made) => Effect.sync(() => indexes.set(aggregateId, made))
        )
      )

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
