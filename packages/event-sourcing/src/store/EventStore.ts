import { Array as Arr, Clock, Context, Effect, Exit, Layer, PubSub, Stream } from "effect"
import { bytesOf } from "../line/bytesOf.ts"
import { type Append, appendBy, type AppendedPositions, type AppendPart, type AppendParts } from "./Append.ts"
import { type Cursor, type NamedCursor, type RecordedEvent, start } from "./Event.ts"
import { HistoryTruncated, StoreError, VersionConflict } from "./StoreError.ts"

/** Events that the memory store hands to a follower at once. */
const followPageEvents = 1_024

/** Events that one append to the memory store takes, as many as a broker does. */
const appendMax = 1_000

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
 * - `append` (see {@link Append}) stores the events of all its parts, each of another aggregate, in this order and with nothing of
 *   others between them, or none; and only if each of the aggregates still ends at `expected`. Gives the positions of each part.
 *   Fails with `VersionConflict` when one does not end there, `AppendUnconfirmed` when no answer came, `CopyBeingStored` when
 *   events of the same ids are under way already, `AtomicAppendRefused` when it has several events and the store takes one at a
 *   time. Position 0 in `expected` means that the store has no event of the aggregate; the version may be higher when some were
 *   forgotten. No parts, two of one aggregate, and a part without events are mistakes of the program: it dies, and nothing is sent.
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
  /** Events that one append takes, at most, in all its parts. More is a mistake of the program, or what the store refuses. */
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
}>()("@cim-domain/event-sourcing/store/EventStore") {
  /** Keeps events in this process for as long as the layer lives. Same guarantees as any other store, but durability. */
  static readonly layerMemory: Layer.Layer<EventStore> = Layer.effect(
    EventStore,
    Effect.gen(function*() {
      const memory = new Memory()
      const appended = yield* PubSub.sliding<void>(1)
      return EventStore.of({
        incarnation: "memory",
        appendMax,
        batchFrom: 2,
        read: (aggregateId, after, maxBytes = Number.POSITIVE_INFINITY) =>
          Effect.flatMap(after, (cursor) => memory.read(aggregateId, cursor, maxBytes)),
        append: appendBy(appendMax, (parts, services, onDone) => {
          const exit = memory.append(parts, Context.get(services, Clock.Clock).currentTimeMillisUnsafe())
          if (Exit.isSuccess(exit)) PubSub.publishUnsafe(appended, undefined)
          onDone(exit)
        }),
        observe: (onEvent) =>
          Effect.suspend(() => {
            // An observer registered twice is called twice.
            const observer = (event: ObservedEvent) => onEvent(event)
            memory.observers.add(observer)
            return Effect.ensuring(Effect.never, Effect.sync(() => memory.observers.delete(observer)))
          }),
        mayForget: Effect.succeed(false),
        retention: Effect.undefined,
        scan: (after, limit) => Effect.sync(() => memory.log.slice(after, after + limit)),
        follow: (after) =>
          Stream.unwrap(Effect.map(PubSub.subscribe(appended), (subscription) => {
            let seen = after === "end" ? memory.log.length : after
            const page: Effect.Effect<ReadonlyArray<RecordedEvent>> = Effect.suspend(() => {
              const events = memory.log.slice(seen, seen + followPageEvents)
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

/** All events, and the histories of which they are. */
class Memory {
  readonly log: Array<RecordedEvent> = []
  readonly observers = new Set<(event: ObservedEvent) => void>()
  readonly #histories = new Map<string, Array<RecordedEvent>>()

  read(
    aggregateId: string,
    { eventId = null, position, version }: NamedCursor,
    maxBytes: number
  ): Effect.Effect<History, StoreError> {
    const history = this.#histories.get(aggregateId) ?? []
    const present = history[version - 1]
    return eventId === null || present?.position !== position || present.id === eventId
      ? Effect.succeed(upTo(maxBytes, { head: this.#headOf(aggregateId), events: history.slice(version) }))
      : new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: version }) })
  }

  append(parts: AppendParts, time: number): Exit.Exit<AppendedPositions, StoreError> {
    const stale = parts.filter(({ aggregateId, expected }) => this.#headOf(aggregateId).position !== expected.position)
    if (stale.length > 0) {
      const reason = new VersionConflict({ aggregateIds: stale.map(({ aggregateId }) => aggregateId) })
      return Exit.fail(new StoreError({ reason }))
    }
    const before = this.log.length
    const stored = Arr.map(parts, (part) => {
      const { aggregateId } = part
      const recorded = record(part, this.#headOf(aggregateId).version, this.log.length, time)
      const history = this.#histories.get(aggregateId)
      if (history === undefined) this.#histories.set(aggregateId, [...recorded])
      else history.push(...recorded)
      this.log.push(...recorded)
      return recorded
    })
    for (const event of this.log.slice(before)) {
      const { aggregateId, data, position } = event
      for (const observer of this.observers) {
        observer({ aggregateId, position, bytes: data.length, read: () => event })
      }
    }
    return Exit.succeed(Arr.map(stored, (recorded) => recorded.map(({ position }) => position)))
  }

  #headOf(aggregateId: string): Cursor {
    const last = this.#histories.get(aggregateId)?.at(-1)
    return last === undefined ? start : { version: last.version, position: last.position }
  }
}

/** The events of a part as they are stored behind so many of the aggregate, and so many of all. */
const record = (
  { aggregateId, events }: AppendPart,
  version: number,
  position: number,
  time: number
): ReadonlyArray<RecordedEvent> =>
  events.map(({ cause, command = null, data, id, type }, index) => ({
    aggregateId,
    id,
    type,
    version: version + index + 1,
    position: position + index + 1,
    time,
    commandId: cause.commandId,
    correlationId: cause.correlationId,
    command,
    data
  }))

/** As many of the events as have so many bytes, and one more. */
const upTo = (maxBytes: number, history: History): History => {
  let bytes = 0
  const end = history.events.findIndex(({ data }) => (bytes += bytesOf(data)) > maxBytes)
  if (end === -1 || end === history.events.length - 1) return history
  const events = history.events.slice(0, end + 1)
  const { position, version } = events[end]!
  return { events, head: { version, position }, more: true }
}
