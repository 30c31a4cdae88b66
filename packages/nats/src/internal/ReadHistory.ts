import { type Cursor, type RecordedEvent, start } from "@cim-domain/event-sourcing/Event"
import type { History } from "@cim-domain/event-sourcing/EventStore"
import { HistoryTruncated, StoreError, StoreUnavailable } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Fiber, Schedule } from "effect"
import type { NatsError } from "../NatsError.ts"
import type { NatsSocket } from "../NatsSocket.ts"
import { directGetLast, directGetPage } from "./DirectGet.ts"
import { type EventMessage, filterOf, fromDirect, fromLeader, record } from "./EventMessage.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * One aggregate's events after a cursor, confirmed by the leader.
 *
 * Warm (the cursor is known at once): the leader's last message, one round trip, and no more when that is all that is new.
 * Cold: the leader's last message and the last of every type while the cursor is on its way, then literal-subject batches:
 * two waits. Direct answers may be old, so what they give counts only when versions run without a gap up to the leader's
 * last; what is missing is asked for again, then fetched from the leader. So is what a replica does not answer.
 */

/** What reading needs. */
export interface HistorySource {
  readonly main: NatsSocket
  readonly bulk: NatsSocket
  readonly stream: string
  readonly prefix: string
  readonly replicas: number
  readonly allowDirect: boolean
}

/** How often a replicated stream is asked again before the leader is walked. */
const staleAttempts = 3

/** Direct reads of one aggregate in flight. */
const pagesInFlight = 32

type Failure = NatsError | StoreError

const nothing: Effect.Effect<ReadonlyArray<EventMessage>> = Effect.succeed([])

/** Reads one aggregate; see the module comment. Fails with `HistoryTruncated`. */
export const readHistory = (
  source: HistorySource,
  aggregateId: string,
  after: Effect.Effect<Cursor>
): Effect.Effect<History, Failure> =>
  Effect.gen(function*() {
    const filter = filterOf(source.prefix, aggregateId)
    const cursorFiber = yield* Effect.forkChild(after, { startImmediately: true })
    const known = cursorFiber.pollUnsafe()
    const warm = known?._tag === "Success" && known.value.position > 0

    const leaderLast = Effect.map(
      StreamApi.leaderMessage(source.main, source.stream, { last_by_subj: filter }),
      (message) => message === undefined ? undefined : fromLeader(source.prefix, message)
    )
    const lastOfEach: Effect.Effect<ReadonlyArray<EventMessage>, NatsError> = source.allowDirect
      ? Effect.map(
        directGetLast(source.bulk, source.stream, [filter]),
        (messages) => messages.map((message) => fromDirect(source.prefix, message))
      ).pipe(Effect.catchReasons("NatsError", { Unanswered: () => nothing, NoResponders: () => nothing }))
      : nothing

    const [last, speculative, cursor] = yield* Effect.all(
      [leaderLast, warm ? Effect.void : lastOfEach, Fiber.join(cursorFiber)],
      { concurrency: "unbounded" }
    )
    if (last === undefined) return { events: [], head: start }

    const gathered = new Gathered(aggregateId, cursor, last)
    if (last.position < cursor.position) return { events: [], head: gathered.leaderHead }
    if (gathered.contradicts) {
      return yield* new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: last.version ?? 0 }) })
    }
    if (last.position === cursor.position) return { events: [], head: gathered.leaderHead }
    if (gathered.isComplete) return gathered.history

    const lasts = speculative ?? (yield* lastOfEach)
    gathered.addAll(lasts)
    if (gathered.isComplete) return gathered.history

    if (source.allowDirect) {
      const answered = yield* readPages(source, gathered)
      if (answered && lasts.length > 0 && source.replicas === 1) gathered.trustForeign()
      if (answered && !gathered.isComplete && source.replicas > 1) yield* readAgain(source, gathered, lastOfEach)
    }
    if (!gathered.isComplete) yield* walkLeader(source, gathered, filter)
    if (!gathered.isComplete) {
      const detail = `the history of ${aggregateId} changed while it was read`
      return yield* new StoreError({ reason: new StoreUnavailable({ detail }) })
    }
    return gathered.history
  })

/** Literal-subject batches of every type that has news, side by side, each until its end. Gives whether all were answered. */
const readPages = (source: HistorySource, gathered: Gathered): Effect.Effect<boolean, NatsError> => {
  const readSubject = (subject: string, fromSequence: number): Effect.Effect<void, NatsError> =>
    Effect.flatMap(directGetPage(source.bulk, source.stream, subject, fromSequence), ({ messages, more }) => {
      const events = messages.map((message) => fromDirect(source.prefix, message))
      gathered.addAll(events)
      const end = events.at(-1)
      return more && end !== undefined ? readSubject(subject, end.position + 1) : Effect.void
    })
  return Effect.forEach(
    gathered.subjects,
    (subject) => readSubject(subject, gathered.cursor.position + 1),
    { concurrency: pagesInFlight, discard: true }
  ).pipe(
    Effect.as(true),
    Effect.catchReasons("NatsError", {
      Unanswered: () => Effect.succeed(false),
      NoResponders: () => Effect.succeed(false)
    })
  )
}

const readAgain = (
  source: HistorySource,
  gathered: Gathered,
  lastOfEach: Effect.Effect<ReadonlyArray<EventMessage>, NatsError>
): Effect.Effect<void, NatsError> =>
  lastOfEach.pipe(
    Effect.tap((events) => Effect.sync(() => gathered.addAll(events))),
    Effect.andThen(Effect.suspend(() => readPages(source, gathered))),
    Effect.repeat({ until: () => gathered.isComplete, schedule: Schedule.recurs(staleAttempts - 1) }),
    Effect.asVoid
  )

/** Fills each gap with messages of the leader. A gap that the leader has too is real. */
const walkLeader = (source: HistorySource, gathered: Gathered, filter: string): Effect.Effect<void, Failure> => {
  const next = (seq: number, subject: string) =>
    Effect.map(
      StreamApi.leaderMessage(source.main, source.stream, { seq, next_by_subj: subject }),
      (message) => message === undefined ? undefined : fromLeader(source.prefix, message)
    )
  const step: Effect.Effect<void, Failure> = Effect.suspend(() => {
    const gap = gathered.firstGap
    if (gap === undefined) return Effect.void
    const seq = gap.afterPosition + 1
    return Effect.gen(function*() {
      const literal = yield* Effect.forEach(gathered.subjects, (subject) => next(seq, subject), {
        concurrency: pagesInFlight
      })
      const nearest = literal.reduce(earlier, undefined)
      // Only when no known type continues the history is the wildcard asked: it is slow, but it is the whole truth.
      const continues = nearest !== undefined && nearest.version === gap.version
      const event = continues ? nearest : yield* next(seq, filter)
      if (event === undefined) return
      if (event.version !== undefined && event.version !== gap.version) {
        return yield* new StoreError({
          reason: new HistoryTruncated({ aggregateId: gathered.aggregateId, firstVersion: event.version })
        })
      }
      gathered.addFromLeader(event)
      return yield* step
    })
  })
  return step
}

const earlier = (left: EventMessage | undefined, right: EventMessage | undefined) =>
  left === undefined ? right : right === undefined || left.position <= right.position ? left : right

interface Gap {
  readonly version: number
  readonly afterPosition: number
}

/** What is known of the history so far, and what is still missing. */
class Gathered {
  readonly aggregateId: string
  readonly cursor: Cursor
  readonly last: EventMessage
  private readonly found = new Map<number, EventMessage>()
  private readonly leaderConfirmed = new Set<number>()
  private foreignTrusted = false
  private readonly subjectsSeen = new Set<string>()

  constructor(aggregateId: string, cursor: Cursor, last: EventMessage) {
    this.aggregateId = aggregateId
    this.cursor = cursor
    this.last = last
    this.addAll([last])
  }

  addAll(events: ReadonlyArray<EventMessage>): void {
    for (const event of events) {
      if (event.position <= this.cursor.position || event.position > this.last.position) continue
      if (event.version !== undefined && event.version <= this.cursor.version) continue
      this.found.set(event.position, event)
      this.subjectsSeen.add(event.subject)
    }
  }

  /** Adds an event that is known to follow directly on what comes before it. */
  addFromLeader(event: EventMessage): void {
    this.addAll([event])
    this.leaderConfirmed.add(event.position)
  }

  /** Everything there is was read from the only replica: events without a number are in their place. */
  trustForeign(): void {
    this.foreignTrusted = true
  }

  get subjects(): ReadonlyArray<string> {
    return [...this.subjectsSeen]
  }

  /** The end of the aggregate, when nothing was read after the cursor. */
  get leaderHead(): Cursor {
    const version = this.last.version ?? (this.last.position === this.cursor.position ? this.cursor.version : 0)
    return { version, position: this.last.position }
  }

  /** Position and number of the leader's last event do not go together with the cursor's: somebody purged and began anew. */
  get contradicts(): boolean {
    const { position, version } = this.last
    if (version === undefined) return false
    return position === this.cursor.position ? version !== this.cursor.version : version <= this.cursor.version
  }

  /** The events in order, each with its number; a foreign event counts on from the one before. */
  private get numbered(): ReadonlyArray<RecordedEvent> {
    const sorted = [...this.found.values()].toSorted((left, right) => left.position - right.position)
    let version = this.cursor.version
    return sorted.map((event) => {
      version = event.version ?? version + 1
      return record(event, version)
    })
  }

  /** The first version that is missing, and where to look for it. */
  get firstGap(): Gap | undefined {
    let version = this.cursor.version
    let afterPosition = this.cursor.position
    for (const event of this.numbered) {
      if (event.version !== version + 1 || this.isDoubtful(event.position)) {
        return { version: version + 1, afterPosition }
      }
      version = event.version
      afterPosition = event.position
    }
    return undefined
  }

  /** A foreign event carries no number: whether it follows on the one before, only the leader or a full read can say. */
  private isDoubtful(position: number): boolean {
    return !this.foreignTrusted && this.found.get(position)?.version === undefined &&
      !this.leaderConfirmed.has(position)
  }

  get isComplete(): boolean {
    return this.firstGap === undefined
  }

  get history(): History {
    const events = this.numbered
    const end = events.at(-1)
    return { events, head: end === undefined ? this.leaderHead : { version: end.version, position: end.position } }
  }
}
