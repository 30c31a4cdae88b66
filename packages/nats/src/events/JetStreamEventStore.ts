import { appendBy } from "@cim-domain/event-sourcing/Append"
import type { Cursor, NamedCursor } from "@cim-domain/event-sourcing/Event"
import { EventStore, type History } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Layer } from "effect"
import * as LogOnChange from "../connection/LogOnChange.ts"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { toStoreError } from "../connection/NatsError.ts"
import { EventStream } from "../stream/EventStream.ts"
import { makeLeaderLease } from "../stream/LeaderLease.ts"
import { maxBatchMessages } from "../stream/publishAtomicBatch.ts"
import { isSubjectToken, noToken } from "./EventMessage.ts"
import { explainSilence } from "./explainSilence.ts"
import { followEvents } from "./followEvents.ts"
import { observeEvents } from "./observeEvents.ts"
import { readHistory } from "./readHistory.ts"
import { scanEvents } from "./scanEvents.ts"
import { type JetStreamEventStoreOptions, makeSubmit } from "./submit.ts"

export type { JetStreamEventStoreOptions }

/**
 * A stream with one replica on disk makes and deletes a store of files for each batch, 2 to 3 ms: up to some twenty events are
 * stored sooner one by one. A replicated one keeps batches in memory, and they cost no more than one append.
 */
const stagedBatchFrom = 24

/**
 * The event store on a JetStream stream; a namespace for its `layer`.
 *
 * `append` costs one round trip, `read` one when not more than one event is new, else two waits, or three. One event is a plain
 * publish, several are one atomic batch; both expect the last sequence of the aggregate, of each one when there are several. On a
 * replicated stream appends of one aggregate each that are due together share a batch; one that is refused costs a round trip
 * more. An append takes at most 1 000 events: more is a mistake of the program and dies.
 */
export const JetStreamEventStore = {
  layer: (
    options: JetStreamEventStoreOptions = {}
  ): Layer.Layer<EventStore, never, NatsConnection | EventStream> => Layer.effect(EventStore, make(options))
}

const make = Effect.fnUntraced(function*(options: JetStreamEventStoreOptions) {
  const connection = yield* NatsConnection
  const stream = yield* EventStream
  const lease = yield* makeLeaderLease(connection.main, stream.name, () => stream.replicas)
  // Whoever starts waits, rather than its first commands.
  yield* lease.ready
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
        Effect.catchTag("NatsError", (error) => explainSilence(stream, error, { _tag: "Read", store: stream.name })),
        Effect.tap((history) => Effect.flatMap(after, (cursor) => lookIfContradicted(history, cursor))),
        whileUsable
      )
  )

  return EventStore.of({
    incarnation: stream.incarnation,
    get appendMax() {
      return stream.allowAtomic ? maxBatchMessages : 1
    },
    get batchFrom() {
      if (!stream.allowAtomic) return Number.POSITIVE_INFINITY
      return stream.replicas === 1 ? stagedBatchFrom : 2
    },
    read,
    append: appendBy(maxBatchMessages, yield* makeSubmit(options)),
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

const requireToken = (aggregateId: string): Effect.Effect<void> =>
  isSubjectToken(aggregateId) ? Effect.void : Effect.die(noToken(aggregateId))
