import type { Cursor, EventToAppend, NamedCursor } from "@cim-domain/event-sourcing/Event"
import { EventStore, type History } from "@cim-domain/event-sourcing/EventStore"
import { AppendUnconfirmed, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Duration, Effect, Layer, References, Semaphore } from "effect"
import { type BatchMessage, maxBatchMessages, publishAtomicBatch, publishOne } from "./AtomicBatch.ts"
import { EventStream } from "./EventStream.ts"
import { makeAppendLog } from "./internal/AppendLog.ts"
import { addExpectation, eventHeaders, filterOf, isSubjectToken, subjectOf } from "./internal/EventMessage.ts"
import { followEvents } from "./internal/FollowEvents.ts"
import { makeLeaderLease } from "./internal/LeaderLease.ts"
import * as LogOnChange from "./internal/LogOnChange.ts"
import { observeEvents } from "./internal/ObserveEvents.ts"
import { readHistory } from "./internal/ReadHistory.ts"
import { scanEvents } from "./internal/ScanEvents.ts"
import * as StreamApi from "./internal/StreamApi.ts"
import { NatsConnection } from "./NatsConnection.ts"
import { MessageTooLarge, NatsError, type StoreOperation, toStoreError } from "./NatsError.ts"
import { headerBytes } from "./NatsSocket.ts"

/**
 * A stream with one replica on disk makes and deletes a store of files for each batch, 2 to 3 ms: up to some twenty events are
 * stored sooner one by one. A replicated one keeps batches in memory, and they cost no more than one append.
 */
const stagedBatchFrom = 24

/** Bounds of the event store; all have a default. */
export interface JetStreamEventStoreOptions {
  /** How long to wait for the acknowledgement of an append. Default 5 seconds. */
  readonly ackTimeout?: Duration.Input | undefined
  /** Appends in flight at once, further ones wait. Default 256. */
  readonly maxAppendsInFlight?: number | undefined
}

/** Batches in flight at once, further ones wait: a stream takes 50 from all replicas together, and refuses what is more. */
const maxBatchesInFlight = 16

const ackTimeoutDefault: Duration.Input = "5 seconds"
const maxAppendsInFlightDefault = 256

/**
 * The event store on a JetStream stream; a namespace for its `layer`.
 *
 * `append` costs one round trip, `read` one when warm and two waits when cold. One event is a plain
 * publish, several are one atomic batch; both expect the last sequence of the aggregate. An append takes at most 1 000
 * events: more is a mistake of the program and dies.
 */
export const JetStreamEventStore = {
  layer: (
    options: JetStreamEventStoreOptions = {}
  ): Layer.Layer<EventStore, never, NatsConnection | EventStream> => Layer.effect(EventStore, make(options))
}

const make = Effect.fnUntraced(function*(options: JetStreamEventStoreOptions) {
  const connection = yield* NatsConnection
  const stream = yield* EventStream
  const traced = yield* References.TracerEnabled
  const appends = yield* Semaphore.make(options.maxAppendsInFlight ?? maxAppendsInFlightDefault)
  const batches = yield* Semaphore.make(maxBatchesInFlight)
  const ackTimeoutMillis = Duration.toMillis(Duration.fromInputUnsafe(options.ackTimeout ?? ackTimeoutDefault))
  const lease = yield* makeLeaderLease(connection.main, stream.name, () => stream.replicas)
  // Whoever starts waits, rather than its first commands.
  yield* lease.ready
  const log = makeAppendLog(stream.name)
  const source = {
    main: connection.main,
    bulk: connection.bulk,
    stream: stream.name,
    prefix: stream.subjectPrefix,
    replicas: () => stream.replicas,
    lease,
    allowDirect: stream.allowDirect,
    logger: LogOnChange.make()
  }

  const target = { stream: stream.name, domain: stream.domain, onElsewhere: stream.reportElsewhere }

  /** The stream says nothing: either it has no leader at the moment, or it is gone. */
  const explainSilence = (error: NatsError, operation: StoreOperation): Effect.Effect<never, StoreError> =>
    error.reason._tag === "NoResponders" || error.reason._tag === "AnsweredElsewhere"
      ? Effect.andThen(stream.checkUse, Effect.fail(toStoreError(error, operation)))
      : Effect.fail(toStoreError(error, operation))

  /** A stream that takes less than its server does not say how much. */
  const sizeAccepted = (actualBytes: number) =>
    Effect.match(StreamApi.info(connection.main, stream.name), {
      onSuccess: ({ config }) => tooLarge(Math.max(config.max_msg_size ?? 0, 0), actualBytes),
      onFailure: () => tooLarge(0, actualBytes)
    })

  /** Nothing is to be had from a stream that cannot be used: it might not be what it was when the settings were others. */
  const whileUsable = <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
    Effect.suspend(() => {
      const refusal = stream.refusal()
      return refusal === undefined ? effect : Effect.fail(refusal)
    })

  /**
   * A history that ends before something that was acknowledged, or that a snapshot holds: the stream is another one, or has been
   * set so that what it acknowledges is not found. Where limits forget all events of an aggregate that is as it should be.
   */
  const lookIfContradicted = ({ head }: History, after: Cursor): Effect.Effect<void, StoreError> =>
    head.position >= after.position
      ? Effect.void
      : Effect.flatMap(
        stream.mayForget,
        (mayForget) => head.position > 0 || !mayForget ? stream.checkUse : Effect.void
      )

  const read = Effect.fn("EventStore.read")(
    (aggregateId: string, after: Effect.Effect<NamedCursor>, maxBytes?: number) =>
      Effect.andThen(requireToken(aggregateId), readHistory(source, aggregateId, after, maxBytes)).pipe(
        Effect.catchTag("NatsError", (error) => explainSilence(error, { _tag: "Read", store: stream.name })),
        Effect.tap((history) => Effect.flatMap(after, (cursor) => lookIfContradicted(history, cursor))),
        whileUsable
      )
  )

  const appendFailed = (
    error: NatsError,
    operation: AppendOperation,
    bytes: number
  ): Effect.Effect<never, StoreError> => {
    if (error.reason._tag === "MessageTooLarge") {
      return Effect.flatMap(sizeAccepted(bytes), (accepted) => Effect.fail(toStoreError(accepted, operation)))
    }
    return isUnverified(error) || (stream.isShared() && isRefusal(error))
      ? unconfirmed(operation.aggregateId, error.message)
      : explainSilence(error, operation)
  }

  /** What a look at the settings explains, the look has said. */
  const say = (error: StoreError) =>
    error.reason._tag === "StoreUnusable"
      ? Effect.andThen(
        stream.check,
        Effect.suspend(() => stream.refusal() === undefined ? log.failed(error) : Effect.void)
      )
      : log.failed(error)

  /** Plain functions up to the wait for the acknowledgement, and one recovery after it: each command comes this way. */
  const append = (
    aggregateId: string,
    expected: Cursor,
    events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
  ): Effect.Effect<ReadonlyArray<number>, StoreError> =>
    Effect.flatMap(connection.server, ({ maxPayloadBytes }) => {
      const refusal = stream.refusal()
      if (refusal !== undefined) return Effect.fail(refusal)
      if (!isSubjectToken(aggregateId)) return noToken(aggregateId)
      const filter = filterOf(stream.subjectPrefix, aggregateId)
      if (events.length > maxBatchMessages) {
        return Effect.die(new Error(`an append takes at most ${maxBatchMessages} events, not ${events.length}`))
      }
      const messageOf = (event: EventToAppend, index: number): BatchMessage => {
        const headers = eventHeaders(aggregateId, event, expected.version + index + 1)
        if (index === 0) addExpectation(headers, { stream: stream.name, filter, position: expected.position })
        return { subject: subjectOf(stream.subjectPrefix, aggregateId, event.token), headers, payload: event.data }
      }
      const [first, ...others] = events
      const guarded = messageOf(first, 0)
      const operation: AppendOperation = {
        _tag: "Append",
        store: stream.name,
        aggregateId,
        expectedPosition: expected.position
      }
      const [second, ...rest] = others.map((event, index) => messageOf(event, index + 1))
      const bytes = second === undefined ? bytesOf(guarded) : Math.max(...[guarded, second, ...rest].map(bytesOf))
      if (bytes > maxPayloadBytes && maxPayloadBytes > 0) {
        return Effect.fail(toStoreError(tooLarge(maxPayloadBytes, bytes), operation))
      }
      const publish = second === undefined
        ? appends.withPermit(publishOne(connection.main, guarded, target, ackTimeoutMillis))
        : batches.withPermit(publishAtomicBatch(connection.main, [guarded, second, ...rest], target, ackTimeoutMillis))
      return Effect.matchEffect(publish, {
        onSuccess: ({ seq }) => {
          // It may have become so while this one was on its way, and then nobody knows where the events are.
          const late = stream.refusal()
          if (late !== undefined) return unconfirmed(aggregateId, late.message)
          const positions = events.map((_, index) => seq - events.length + index + 1)
          return log.isQuiet() ? Effect.succeed(positions) : Effect.as(log.stored, positions)
        },
        onFailure: (error) => Effect.tapError(appendFailed(error, operation, bytes), say)
      })
    })

  const spannedAppend: typeof append = (aggregateId, expected, events) =>
    append(aggregateId, expected, events).pipe(
      Effect.tap(([position]) => Effect.annotateCurrentSpan({ aggregateId, position, events: events.length })),
      Effect.withSpan("EventStore.append", {}, { captureStackTrace: false })
    )

  return EventStore.of({
    incarnation: stream.incarnation,
    appendMax: stream.allowAtomic ? maxBatchMessages : 1,
    batchFrom: !stream.allowAtomic ? Number.POSITIVE_INFINITY : stream.replicas === 1 ? stagedBatchFrom : 2,
    read,
    append: traced ? spannedAppend : append,
    mayForget: stream.mayForget,
    retention: stream.retention,
    scan: (after, limit) =>
      whileUsable(Effect.catchTag(
        scanEvents(source, after, limit),
        "NatsError",
        (error) => Effect.fail(toStoreError(error, { _tag: "Read", store: stream.name }))
      )),
    follow: (after) => followEvents(source, after, stream.check),
    observe: (onEvent) => observeEvents(source, stream.check, onEvent)
  })
})

type AppendOperation = Extract<StoreOperation, { readonly _tag: "Append" }>

/** Upper bound of what the headers of a batch add to a message. */
const batchHeaderBytes = 128

const bytesOf = ({ headers, payload }: BatchMessage) =>
  Buffer.byteLength(payload) + headerBytes(headers) + batchHeaderBytes

const unconfirmed = (aggregateId: string, detail: string) =>
  Effect.fail(new StoreError({ reason: new AppendUnconfirmed({ aggregateId, detail, alreadySeen: false }) }))

const tooLarge = (maxBytes: number, actualBytes: number) =>
  new NatsError({ reason: new MessageTooLarge({ maxBytes, actualBytes }) })

/** An acknowledgement that cannot be read, or may not be received, says nothing about what is stored. */
const isUnverified = ({ reason }: NatsError) =>
  (reason._tag === "Unexpected" && reason.code === 0) ||
  (reason._tag === "PermissionViolation" && reason.operation === "subscription")

/** Whether some stream has said no. */
const isRefusal = ({ reason }: NatsError) =>
  reason._tag !== "Disconnected" && reason._tag !== "NoResponders" && reason._tag !== "PermissionViolation"

const requireToken = (aggregateId: string): Effect.Effect<void> =>
  isSubjectToken(aggregateId) ? Effect.void : noToken(aggregateId)

const noToken = (aggregateId: string) =>
  Effect.die(new Error(`an aggregate id is one subject token, without spaces, dots and wildcards: ${aggregateId}`))
