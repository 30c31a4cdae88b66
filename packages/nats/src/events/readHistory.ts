import { type Cursor, type NamedCursor, start } from "@cim-domain/event-sourcing/Event"
import type { History } from "@cim-domain/event-sourcing/EventStore"
import { HistoryTruncated, StoreError, StoreUnavailable } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Fiber, Schedule, Semaphore } from "effect"
import type { LogOnChange } from "../connection/LogOnChange.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import {
  directGetLast,
  directGetPage,
  directGetPageBytes,
  directGetRefused,
  directGetUnreadable
} from "../stream/directGet.ts"
import type { LeaderLease } from "../stream/LeaderLease.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { type EventMessage, filterOf, fromDirect, fromLeader } from "./EventMessage.ts"
import { firstIn, Gathered } from "./Gathered.ts"

/**
 * One aggregate's events after a cursor, confirmed by the leader.
 *
 * Warm (the cursor is known at once): the leader's last message, one round trip, and no more when that is all that is new.
 * Cold: the same while the cursor is on its way. When more than that is new, the last message of every type and the first page of
 * the type that the leader's last has: two waits, or three when another type has several that are new. Direct answers may be old, so what they give counts only when versions run without a gap up to the leader's
 * last; what is missing is asked for again, then fetched from the leader. So is what no replica answers, and everything
 * when direct gets are off or not permitted.
 */

/** What reading needs. */
export interface HistorySource {
  readonly main: NatsSocket
  readonly bulk: NatsSocket
  readonly stream: string
  readonly prefix: string
  /** Replicas of the stream at present. */
  readonly replicas: () => number
  /** Says whether the leader that answered led. */
  readonly lease: LeaderLease
  readonly allowDirect: boolean
  /** Told when direct gets are not permitted. */
  readonly logger: LogOnChange
}

/** How often a replicated stream is asked again before the leader is walked. */
const staleAttempts = 3

/** Direct reads of one aggregate in flight. */
const pagesInFlight = 32

/** Messages of one aggregate that the leader is asked for at once. */
const leaderReadsInFlight = 32

/** Events that the walk of the leader finds one after the other before it cuts what is left of its range in two. */
const eventsPerSplit = 8

type Failure = NatsError | StoreError

/**
 * Reads one aggregate; see the module comment. Fails with `HistoryTruncated`, also when the cursor names another event. Stops
 * early, and says that there is more, when what was read comes to `maxBytes`.
 */
export const readHistory = (
  source: HistorySource,
  aggregateId: string,
  after: Effect.Effect<NamedCursor>,
  maxBytes = Number.POSITIVE_INFINITY
): Effect.Effect<History, Failure> =>
  Effect.gen(function*() {
    const filter = filterOf(source.prefix, aggregateId)
    const cursorFiber = yield* Effect.forkChild(after, { startImmediately: true })
    const leaderLast = Effect.map(
      source.lease.confirm(
        StreamApi.leaderMessage(source.main, source.stream, { last_by_subj: filter })
      ),
      (message) => message === undefined ? undefined : fromLeader(source.prefix, message)
    )
    const lastOfEach: LastOfEach = source.allowDirect
      ? withoutDirectGet(
        source.logger,
        Effect.map(
          directGetLast(source.bulk, source.stream, [filter]),
          (messages) => messages.map((message) => fromDirect(source.prefix, message))
        )
      )
      : Effect.undefined

    const [last, cursor] = yield* Effect.all([leaderLast, Fiber.join(cursorFiber)], { concurrency: "unbounded" })
    if (last === undefined) return { events: [], head: start }

    const gathered = new Gathered(aggregateId, cursor, last)
    if (last.position < cursor.position) return { events: [], head: gathered.leaderHead }
    if (gathered.contradicts) {
      return yield* new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: last.version ?? 0 }) })
    }
    if (last.position === cursor.position) {
      if (isOther(cursor, last)) return yield* otherEvent(aggregateId, cursor)
      return { events: [], head: gathered.leaderHead }
    }
    const rest = Effect.gen(function*() {
      if (gathered.isComplete) return gathered.history
      const [lasts, first] = yield* Effect.all([lastOfEach, readFirstPage(source, gathered, maxBytes)], {
        concurrency: "unbounded"
      })
      if (lasts !== undefined) {
        gathered.addAll(lasts)
        if (gathered.isComplete) return gathered.history
        const answered = yield* readPages(source, gathered, maxBytes, first)
        if (answered && lasts.length > 0 && source.replicas() === 1) gathered.trustForeign()
        if (answered && !gathered.isComplete && source.replicas() > 1) {
          yield* readAgain(source, gathered, lastOfEach, maxBytes)
        }
      }
      if (!gathered.isComplete) {
        yield* walkLeader(source, gathered, filter, maxBytes)
      }
      if (!gathered.isComplete) {
        const detail = `the history of ${aggregateId} changed while it was read`
        return yield* new StoreError({ reason: new StoreUnavailable({ detail }) })
      }
      return gathered.history
    })
    const [history] = yield* Effect.all([rest, verifyCursor(source, aggregateId, cursor)], { concurrency: "unbounded" })
    return history
  })

const isOther = ({ eventId = null }: NamedCursor, event: EventMessage): boolean =>
  eventId !== null && eventId !== event.id

const otherEvent = (aggregateId: string, { version }: Cursor) =>
  new StoreError({ reason: new HistoryTruncated({ aggregateId, firstVersion: version }) })

/** Asks the leader for the event that the cursor names, beside the reads that go on from there. It may be forgotten. */
const verifyCursor = Effect.fnUntraced(function*(source: HistorySource, aggregateId: string, cursor: NamedCursor) {
  if ((cursor.eventId ?? null) === null || cursor.position === 0) return
  const message = yield* StreamApi.leaderMessage(source.main, source.stream, { seq: cursor.position })
  if (message !== undefined && isOther(cursor, fromLeader(source.prefix, message))) {
    return yield* otherEvent(aggregateId, cursor)
  }
})

/** The last event of every type as a replica knows it, `undefined` when no replica answers. */
type LastOfEach = Effect.Effect<ReadonlyArray<EventMessage> | undefined, NatsError>

/**
 * What a direct get gives, `undefined` when none answers, the user may not ask, or an answer cannot be read, as with
 * headers that somebody else stored: the leader is there for that.
 */
export const withoutDirectGet = <A>(
  logger: LogOnChange,
  effect: Effect.Effect<A, NatsError>
): Effect.Effect<A | undefined, NatsError> =>
  effect.pipe(Effect.catchReasons("NatsError", {
    Unanswered: () => Effect.undefined,
    NoResponders: () => Effect.undefined,
    PermissionRefused: (reason) => Effect.as(logger.log("Warn", directGetRefused(reason.message)), undefined),
    Unexpected: (reason) => Effect.as(logger.log("Warn", directGetUnreadable(reason.message)), undefined)
  }))

/** Smallest page: below it the answers cost more than what is in them. */
const pageBytesMin = 64 * 1024

/** How far a type was read, up to its end if `end` is. */
interface ReadSoFar {
  readonly subject: string
  readonly end: EventMessage | undefined
  readonly more: boolean
}

/** The first page of the type of the last event, which needs no more to be known; `undefined` when nobody answers. */
const readFirstPage = (
  source: HistorySource,
  gathered: Gathered,
  maxBytes: number
): Effect.Effect<ReadSoFar | undefined, NatsError> => {
  if (!source.allowDirect) return Effect.undefined
  const { subject } = gathered.last
  const bytes = Math.min(maxBytes, pageBytesMin)
  return withoutDirectGet(
    source.logger,
    Effect.map(
      directGetPage(source.bulk, source.stream, subject, gathered.cursor.position + 1, { bytes }),
      ({ messages, more }): ReadSoFar => {
        const events = messages.map((message) => fromDirect(source.prefix, message))
        gathered.addAll(events)
        return { subject, end: events.at(-1), more }
      }
    )
  )
}

/**
 * Literal-subject batches of every type that has news, side by side, each until its end, or until all together come to
 * `maxBytes`: then what lies before the first end of one that has more is the whole for now. Goes on after `first`. Gives whether
 * all were answered.
 */
const readPages = (
  source: HistorySource,
  gathered: Gathered,
  maxBytes: number,
  first?: ReadSoFar
): Effect.Effect<boolean, NatsError> => {
  const { subjects } = gathered
  const bytes = Math.min(directGetPageBytes, Math.max(pageBytesMin, Math.ceil(maxBytes / subjects.length)))
  const ends = new Map<string, EventMessage>()
  const before = gathered.bytes

  const readSubject = (subject: string, fromSequence: number): Effect.Effect<void, NatsError> =>
    Effect.flatMap(
      directGetPage(source.bulk, source.stream, subject, fromSequence, { bytes }),
      ({ messages, more }) => {
        const events = messages.map((message) => fromDirect(source.prefix, message))
        gathered.addAll(events)
        const end = events.at(-1)
        ends.delete(subject)
        if (!more || end === undefined || end.position >= gathered.last.position) return Effect.void
        if (gathered.bytes - before < maxBytes) return readSubject(subject, end.position + 1)
        return Effect.sync(() => void ends.set(subject, end))
      }
    )
  const begin = (subject: string) => {
    if (first?.end === undefined || first.subject !== subject) {
      return readSubject(subject, gathered.cursor.position + 1)
    }
    return first.more ? readSubject(subject, first.end.position + 1) : Effect.void
  }
  const pages = Effect.forEach(subjects, begin, {
    concurrency: pagesInFlight,
    discard: true
  }).pipe(Effect.andThen(Effect.sync(() => {
    const [first, ...others] = ends.values()
    if (first !== undefined) gathered.endAt(others.reduce((a, b) => b.position < a.position ? b : a, first))
  })))
  return withoutDirectGet(source.logger, Effect.as(pages, true)).pipe(Effect.map((answered) => answered ?? false))
}

const readAgain = (
  source: HistorySource,
  gathered: Gathered,
  lastOfEach: LastOfEach,
  maxBytes: number
): Effect.Effect<void, NatsError> =>
  lastOfEach.pipe(
    Effect.tap((lasts) => Effect.sync(() => gathered.addAll(lasts ?? []))),
    Effect.andThen(Effect.suspend(() => readPages(source, gathered, maxBytes))),
    Effect.repeat({ until: () => gathered.isComplete, schedule: Schedule.recurs(staleAttempts - 1) }),
    Effect.asVoid
  )

/**
 * Fills the gaps with messages of the leader. A gap that the leader has too is real.
 *
 * The leader gives one message per request, the next of a subject from a sequence on, and where that lies is known only
 * from the answer. So every type is walked on its own, and a walk that goes on finding events cuts its range of
 * sequences in two halves that are walked side by side. A long history of one type is read as fast as one of many, and a
 * short one costs hardly a request more than it has events. A consumer would need fewer requests, but on a replicated
 * stream it reads from any replica, which is what the leader is asked against, and making one is a write to the cluster.
 * The types are those that the leader lists for the aggregate. When what was found comes to `maxBytes`, what continues the
 * history is the whole for now, if anything does.
 */
const walkLeader = (
  source: HistorySource,
  gathered: Gathered,
  filter: string,
  maxBytes: number
): Effect.Effect<void, Failure> =>
  Effect.gen(function*() {
    const permits = yield* Semaphore.make(leaderReadsInFlight)
    const next = (seq: number, subject: string) =>
      Effect.map(
        permits.withPermit(StreamApi.leaderMessage(source.main, source.stream, { seq, next_by_subj: subject })),
        (message) => message === undefined ? undefined : fromLeader(source.prefix, message)
      )
    const gaps = gathered.gaps
    const before = gathered.bytes
    const isFull = () => gathered.bytes - before >= maxBytes && gathered.lastInOrder !== undefined
    const walk = (subject: string, from: number, to: number): Effect.Effect<void, NatsError> =>
      Effect.gen(function*() {
        let seq = firstIn(gaps, from)
        for (let found = 0; found < eventsPerSplit; found++) {
          if (seq === undefined || seq > to || isFull()) return
          const event = yield* next(seq, subject)
          if (event === undefined || event.position > to) return
          gathered.addAll([event])
          seq = firstIn(gaps, event.position + 1)
        }
        if (seq === undefined || seq > to || isFull()) return
        const middle = Math.floor((seq + to) / 2)
        yield* Effect.all([walk(subject, seq, middle), walk(subject, middle + 1, to)], {
          concurrency: "unbounded",
          discard: true
        })
      })
    const [first, last] = [gaps[0], gaps.at(-1)]
    if (first !== undefined && last !== undefined) {
      const subjects = yield* StreamApi.subjectsOf(source.main, source.stream, filter)
      yield* Effect.forEach(subjects, (subject) => walk(subject, first.from, last.to), {
        concurrency: leaderReadsInFlight,
        discard: true
      })
    }
    if (isFull() && !gathered.isComplete) return gathered.endAt(gathered.lastInOrder!)
    gathered.trustForeign()
    const after = gathered.firstAfterGap
    if (after === undefined) return
    // Unless what follows the gap is gone by now as well: then the history was purged while it was read.
    const still = yield* next(after.position, after.subject)
    if (still?.position !== after.position) return
    return yield* new StoreError({
      reason: new HistoryTruncated({ aggregateId: gathered.aggregateId, firstVersion: after.version ?? 0 })
    })
  })
