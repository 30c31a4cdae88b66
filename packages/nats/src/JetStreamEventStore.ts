import type { Cursor, EventToAppend, NamedCursor } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { AppendUnconfirmed, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Duration, Effect, Layer, Option, Semaphore } from "effect"
import { HttpTraceContext } from "effect/http"
import { type BatchMessage, maxBatchMessages, publishAtomicBatch, publishOne } from "./AtomicBatch.ts"
import { EventStream } from "./EventStream.ts"
import { eventHeaders, expectationHeaders, filterOf, isSubjectToken, subjectOf } from "./internal/EventMessage.ts"
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

/** Bounds of the event store; all have a default. */
export interface JetStreamEventStoreOptions {
  /** How long to wait for the acknowledgement of an append. Default 5 seconds. */
  readonly ackTimeout?: Duration.Input | undefined
  /** Appends in flight at once, further ones wait. Default 256. */
  readonly maxAppendsInFlight?: number | undefined
}

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

const traceparent = Effect.map(
  Effect.option(Effect.currentSpan),
  Option.map((span) => HttpTraceContext.toHeaders(span)["traceparent"])
)

const make = Effect.fnUntraced(function*(options: JetStreamEventStoreOptions) {
  const connection = yield* NatsConnection
  const stream = yield* EventStream
  const appends = yield* Semaphore.make(options.maxAppendsInFlight ?? maxAppendsInFlightDefault)
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

  const append = Effect.fnUntraced(function*(
    aggregateId: string,
    expected: Cursor,
    events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
  ) {
    yield* requireToken(aggregateId)
    if (events.length > maxBatchMessages) {
      return yield* Effect.die(new Error(`an append takes at most ${maxBatchMessages} events, not ${events.length}`))
    }
    const { maxPayloadBytes } = yield* connection.server
    const trace = Option.getOrUndefined(yield* traceparent)
    const expectation = {
      stream: stream.name,
      filter: filterOf(stream.subjectPrefix, aggregateId),
      position: expected.position
    }
    const messages = events.map((event, index): BatchMessage => ({
      subject: subjectOf(stream.subjectPrefix, aggregateId, event.token),
      headers: {
        ...eventHeaders(aggregateId, event, expected.version + index + 1, trace),
        ...(index === 0 ? expectationHeaders(expectation) : {})
      },
      payload: event.data
    }))
    const operation: StoreOperation = {
      _tag: "Append",
      store: stream.name,
      aggregateId,
      expectedPosition: expected.position
    }
    const actualBytes = Math.max(...messages.map(bytesOf))
    if (actualBytes > maxPayloadBytes && maxPayloadBytes > 0) {
      return yield* toStoreError(tooLarge(maxPayloadBytes, actualBytes), operation)
    }
    const [first, second, ...rest] = messages
    const publish = second === undefined
      ? publishOne(connection.main, first!, ackTimeoutMillis)
      : publishAtomicBatch(connection.main, [first!, second, ...rest], ackTimeoutMillis)
    const ack = yield* appends.withPermit(publish).pipe(
      Effect.catchReason(
        "NatsError",
        "MessageTooLarge",
        () => Effect.flatMap(sizeAccepted(actualBytes), (error) => Effect.fail(error))
      ),
      Effect.catchTag("NatsError", (error) =>
        isUnverified(error)
          ? Effect.fail(
            new StoreError({
              reason: new AppendUnconfirmed({ aggregateId, detail: error.message, alreadySeen: false })
            })
          )
          : explainNoResponders(error, operation))
    )
    yield* Effect.annotateCurrentSpan({ aggregateId, position: ack.seq, events: events.length })
    return messages.map((_, index) => ack.seq - messages.length + index + 1)
  }, Effect.withSpan("EventStore.append", {}, { captureStackTrace: false }))

  return EventStore.of({
    incarnation: stream.incarnation,
    appendMax: stream.allowAtomic ? maxBatchMessages : 1,
    read,
    append,
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
  isSubjectToken(aggregateId)
    ? Effect.void
    : Effect.die(new Error(`an aggregate id is one subject token, without spaces, dots and wildcards: ${aggregateId}`))
