import { Clock, Context, Effect, Exit, Layer, PubSub, Stream } from "effect"
import { type Append, appendBy } from "./Append.ts"
import { type Cursor, type NamedCursor, type RecordedEvent, start } from "./Event.ts"
import { bytesOf } from "./internal/bytesOf.ts"
import { HistoryTruncated, StoreError, VersionConflict } from "./StoreError.ts"

/** Events that the memory store hands to a follower at once. */
const followPageEvents = 1_024

/** Events of one aggregate after a cursor, in order, without gaps, and where the aggregate ends. */
export interface History {
  readonly events: ReadonlyArray<RecordedEvent>
  /** The last event of the aggregate as the leader of the store knows it, {@link Cursor} 0/0 when there is none. */
  readonly head: Cursor
  /** Whether there are more than were asked for; then `head` is that of the last one here. */
  readonly more?: boolean
}

/** What a store that forgets its oldest events has forgotten, and what it will forget next. */
export interface Retention {
  /** Whatever came before this position is forgotten. */
  readonly firstPosition: number
  /** Events stored before this time, in milliseconds since 1970, have used up half of their time. */
  readonly dueBefore: number
  /** Events up to this position have used up half of their room. */
  readonly dueUpTo: number
  /** Milliseconds after which it is time to look again. */
  readonly lookAgainMillis: number
}

/** An event on its way past somebody who wants few of them: what is cheap to know of it, and how to get the rest. */
export interface ObservedEvent {
  readonly aggregateId: string
  /** See {@link RecordedEvent.position}. */
  readonly position: number
  /** What it takes in memory until it is read, roughly. */
  readonly bytes: number
  readonly read: () => RecordedEvent
}

/**
 * Port: the durable log of events, one history for each aggregate.
 *
 * - `read` gives everything after a cursor, confirmed by the leader of the store: what was acknowledged to anybody before
 *   the call is in it. `after` is an effect so that a store can look for the head while a snapshot is still on its way.
 *   When `head` lies before `after`, the cursor belongs to another life of the store, or the store has forgotten all events
 *   of the aggregate (`retention` tells); `events` is empty.
 *   Fails with `HistoryTruncated` when events between `after` and the head are gone, or the event at `after` is another one.
 *   With `maxBytes` it stops, after at least one event, when it has read about as many bytes of events, and says that there
 *   are `more`; what is read at a time is never more than twice as much, but for the last event of each type.
 * - `append` (see {@link Append}) stores all events or none, and only if the aggregate still ends at `expected`. Gives the
 *   position of each. Fails with `VersionConflict` when it does not end there, `AppendUnconfirmed` when no answer came,
 *   `CopyBeingStored` when events of the same ids are under way already. Position 0 in
 *   `expected` means that the store has no event of the aggregate; the version may be higher when some were forgotten.
 * - `follow` gives the events of all aggregates after a position (0 = from the beginning, `"end"` = only new ones), then
 *   those that come. It survives what the store survives, without a gap and without a repetition.
 * - `observe` tells of the events of all aggregates that come from now on, in order and as fast as they are taken: `onEvent` is
 *   called synchronously and must not throw. It survives what the store survives; what comes meanwhile is left out. Ends only
 *   by failing.
 * - `mayForget` tells whether the store forgets events by limits, as far as it knows without asking anybody.
 * - `retention` asks the leader what was forgotten and what comes next, `undefined` when the store keeps everything.
 * - `scan` gives the next events of all aggregates after a position, at most `limit`, in order. It may be a little old: what
 *   was just stored can be missing at its end.
 */
export class EventStore extends Context.Service<EventStore, {
  /** Names this life of the store: it changes when the store is deleted and made anew. */
  readonly incarnation: string
  /** Events that one append takes, at most. */
  readonly appendMax: number
  /** From how many events on one append of them all takes less time than one append after the other. */
  readonly batchFrom: number
  readonly read: (
    aggregateId: string,
    after: Effect.Effect<NamedCursor>,
    maxBytes?: number
  ) => Effect.Effect<History, StoreError>
  readonly append: Append
  readonly follow: (after: number | "end") => Stream.Stream<RecordedEvent, StoreError>
  readonly observe: (onEvent: (event: ObservedEvent) => void) => Effect.Effect<never, StoreError>
  readonly mayForget: Effect.Effect<boolean>
  readonly retention: Effect.Effect<Retention | undefined, StoreError>
  readonly scan: (after: number, limit: number) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError>
}>()("@cim-domain/event-sourcing/EventStore") {
  /** Keeps events in this process for as long as the layer lives. Same guarantees as any other store, but durability. */
  static readonly layerMemory: Layer.Layer<EventStore> = Layer.effect(
    EventStore,
    Effect.gen(function*() {
      const log: Array<RecordedEvent> = []
      const histories = new Map<string, Array<RecordedEvent>>()
      const appended = yield* PubSub.sliding<void>(1)
      const observers = new Set<(event: ObservedEvent) => void>()

      const headOf = (history: ReadonlyArray<RecordedEvent>) => {
        const last = history.at(-1)
        return last === undefined ? start : { version: last.version, position: last.position }
      }

      return EventStore.of({
        incarnation: "memory",
        appendMax: 1_000,
        batchFrom: 2,
        read: (aggregateId, after, maxBytes = Number.POSITIVE_INFINITY) =>
          Effect.flatMap(after, ({ eventId = null, position, version }) => {
            const history = histories.get(aggregateId) ?? []
            const present = history[version - 1]
            return eventId === null || present?.position !== position || present.id === eventId
              ? Effect.succeed(upTo(maxBytes, { head: headOf(history), events: history.slice(version) }))
              : new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: version }) })
          }),
        append: appendBy((aggregateId, expected, events, services, onDone) => {
          const history = histories.get(aggregateId) ?? []
          const head = headOf(history)
          if (head.position !== expected.position) {
            const reason = new VersionConflict({ aggregateId, expectedPosition: expected.position })
            onDone(Exit.fail(new StoreError({ reason })))
            return
          }
          const time = Context.get(services, Clock.Clock).currentTimeMillisUnsafe()
          const recorded = events.map((event, index): RecordedEvent => ({
            aggregateId,
            id: event.id,
            type: event.type,
            version: head.version + index + 1,
            position: log.length + index + 1,
            time,
            commandId: event.cause.commandId,
            correlationId: event.cause.correlationId,
            data: event.data
          }))
          histories.set(aggregateId, history)
          history.push(...recorded)
          log.push(...recorded)
          PubSub.publishUnsafe(appended, undefined)
          for (const event of recorded) {
            for (const observer of observers) {
              observer({ aggregateId, position: event.position, bytes: event.data.length, read: () => event })
            }
          }
          onDone(Exit.succeed(recorded.map((event) => event.position)))
        }),
        observe: (onEvent) =>
          Effect.suspend(() => {
            // One that is there twice is told twice.
            const observer = (event: ObservedEvent) => onEvent(event)
            observers.add(observer)
            return Effect.ensuring(Effect.never, Effect.sync(() => observers.delete(observer)))
          }),
        mayForget: Effect.succeed(false),
        retention: Effect.undefined,
        scan: (after, limit) => Effect.sync(() => log.slice(after, after + limit)),
        follow: (after) =>
          Stream.unwrap(Effect.map(PubSub.subscribe(appended), (subscription) => {
            let seen = after === "end" ? log.length : after
            const page: Effect.Effect<ReadonlyArray<RecordedEvent>> = Effect.suspend(() => {
              const events = log.slice(seen, seen + followPageEvents)
              if (events.length === 0) return Effect.andThen(PubSub.take(subscription), page)
              seen += events.length
              return Effect.succeed(events)
            })
            return Stream.flattenIterable(Stream.fromEffectRepeat(page))
          }))
      })
    })
  )
}

/** As many of the events as have so many bytes, and one more. */
const upTo = (maxBytes: number, history: History): History => {
  let bytes = 0
  const end = history.events.findIndex(({ data }) => (bytes += bytesOf(data)) > maxBytes)
  if (end === -1 || end === history.events.length - 1) return history
  const events = history.events.slice(0, end + 1)
  const { position, version } = events[end]!
  return { events, head: { version, position }, more: true }
}
