import type { Cursor, EventToAppend, NamedCursor } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { AppendUnconfirmed, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Duration, Effect, Layer, References, Semaphore } from "effect"
import {
  type BatchMessage,
  maxBatchMessages,
  publishAtomicBatch,
  publishOne,
  quickSequence,
  readAck
} from "./AtomicBatch.ts"
import { EventStream } from "./EventStream.ts"
import {
  addExpectation,
  eventHeaders,
  filterOf,
  guardedHeaders,
  isSubjectToken,
  subjectOf
} from "./internal/EventMessage.ts"
import { followEvents } from "./internal/FollowEvents.ts"
import { makeLeaderLease } from "./internal/LeaderLease.ts"
import * as LogOnChange from "./internal/LogOnChange.ts"
import { observeEvents } from "./internal/ObserveEvents.ts"
import { readHistory } from "./internal/ReadHistory.ts"
import { scanEvents } from "./internal/ScanEvents.ts"
import * as StreamApi from "./internal/StreamApi.ts"
import { NatsConnection } from "./NatsConnection.ts"
import { MessageTooLarge, NatsError, type StoreOperation, toStoreError, Unexpected } from "./NatsError.ts"
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
  const lease = yield* makeLeaderLease(connection.main, stream.name, stream.replicas)
  // Whoever starts waits, rather than its first commands.
  yield* lease.ready
  const source = {
    main: connection.main,
    bulk: connection.bulk,
    stream: stream.name,
    prefix: stream.subjectPrefix,
    replicas: stream.replicas,
    lease,
    allowDirect: stream.allowDirect,
    logger: LogOnChange.make()
  }

  /** Nobody listens on the subject: either no leader at the moment, or the stream is gone. */
  const explainNoResponders = (error: NatsError, operation: StoreOperation): Effect.Effect<never, StoreError> =>
    error.reason._tag === "NoResponders"
      ? Effect.andThen(stream.check, Effect.fail(toStoreError(error, operation)))
      : Effect.fail(toStoreError(error, operation))

  /** A stream that takes less than its server does not say how much. */
  const sizeAccepted = (actualBytes: number) =>
    Effect.match(StreamApi.info(connection.main, stream.name), {
      onSuccess: ({ config }) => tooLarge(Math.max(config.max_msg_size ?? 0, 0), actualBytes),
      onFailure: () => tooLarge(0, actualBytes)
    })

  const read = Effect.fn("EventStore.read")(
    (aggregateId: string, after: Effect.Effect<NamedCursor>) =>
      Effect.andThen(requireToken(aggregateId), readHistory(source, aggregateId, after)).pipe(
        Effect.catchTag("NatsError", (error) => explainNoResponders(error, { _tag: "Read", store: stream.name }))
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
    if (!isUnverified(error)) return explainNoResponders(error, operation)
    const { aggregateId } = operation
    return Effect.fail(
      new StoreError({ reason: new AppendUnconfirmed({ aggregateId, detail: error.message, alreadySeen: false }) })
    )
  }

  /** Plain functions up to the wait for the acknowledgement, and one recovery after it: each command comes this way. */
  const append = (
    aggregateId: string,
    expected: Cursor,
    events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
  ): Effect.Effect<ReadonlyArray<number>, StoreError> =>
    Effect.flatMap(connection.server, ({ maxPayloadBytes }) => {
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
        ? appends.withPermit(publishOne(connection.main, guarded, ackTimeoutMillis))
        : batches.withPermit(publishAtomicBatch(connection.main, [guarded, second, ...rest], ackTimeoutMillis))
      return Effect.matchEffect(publish, {
        onSuccess: ({ seq }) => Effect.succeed(events.map((_, index) => seq - events.length + index + 1)),
        onFailure: (error) => appendFailed(error, operation, bytes)
      })
    })

  let plainAppends = 0
  const plainAppendsMax = options.maxAppendsInFlight ?? maxAppendsInFlightDefault
  const appendNow: EventStore["Service"]["appendNow"] = (aggregateId, expected, event, onDone) => {
    if (plainAppends >= plainAppendsMax || !isSubjectToken(aggregateId)) return false
    const headers = guardedHeaders(aggregateId, event, expected.version + 1, {
      stream: stream.name,
      filter: filterOf(stream.subjectPrefix, aggregateId),
      position: expected.position
    })
    const payload = Buffer.from(event.data)
    const max = connection.main.maxPayload()
    const bytes = payload.length + headers.length + batchHeaderBytes
    if (bytes > max) return false
    const failed = (error: NatsError) => {
      plainAppends -= 1
      const operation: AppendOperation = {
        _tag: "Append",
        store: stream.name,
        aggregateId,
        expectedPosition: expected.position
      }
      onDone(0, appendFailed(error, operation, bytes))
    }
    plainAppends += 1
    const unsent = connection.main.ask({
      subject: subjectOf(stream.subjectPrefix, aggregateId, event.token),
      payload,
      headers,
      timeoutMillis: ackTimeoutMillis
    }, {
      onAnswer: (answer) => {
        const position = quickSequence(answer)
        if (position !== undefined) {
          plainAppends -= 1
          onDone(position, undefined)
          return false
        }
        const ack = readAck(answer)
        if (ack._tag === "Failure") failed(ack.failure)
        else {failed(
            new NatsError({ reason: new Unexpected({ code: 0, detail: "an acknowledgement of unknown shape" }) })
          )}
        return false
      },
      onError: failed
    })
    if (unsent === undefined) return true
    plainAppends -= 1
    return false
  }

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
    ...(traced ? {} : { appendNow }),
    mayForget: stream.mayForget,
    retention: stream.retention,
    scan: (after, limit) =>
      Effect.catchTag(
        scanEvents(source, after, limit),
        "NatsError",
        (error) => Effect.fail(toStoreError(error, { _tag: "Read", store: stream.name }))
      ),
    follow: (after) => followEvents(source, after, stream.check),
    observe: (onEvent) => observeEvents(source, stream.check, onEvent)
  })
})

type AppendOperation = Extract<StoreOperation, { readonly _tag: "Append" }>

/** Upper bound of what the headers of a batch add to a message. */
const batchHeaderBytes = 128

const bytesOf = ({ headers, payload }: BatchMessage) =>
  Buffer.byteLength(payload) + headerBytes(headers) + batchHeaderBytes

const tooLarge = (maxBytes: number, actualBytes: number) =>
  new NatsError({ reason: new MessageTooLarge({ maxBytes, actualBytes }) })

/** An acknowledgement that cannot be read, or may not be received, says nothing about what is stored. */
const isUnverified = ({ reason }: NatsError) =>
  (reason._tag === "Unexpected" && reason.code === 0) ||
  (reason._tag === "PermissionViolation" && reason.operation === "subscription")

const requireToken = (aggregateId: string): Effect.Effect<void> =>
  isSubjectToken(aggregateId) ? Effect.void : noToken(aggregateId)

const noToken = (aggregateId: string) =>
  Effect.die(new Error(`an aggregate id is one subject token, without spaces, dots and wildcards: ${aggregateId}`))
