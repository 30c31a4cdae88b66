import { appendBy, type Submit } from "@cim-domain/event-sourcing/Append"
import type { Cursor, EventToAppend, NamedCursor } from "@cim-domain/event-sourcing/Event"
import { EventStore, type History } from "@cim-domain/event-sourcing/EventStore"
import { AppendUnconfirmed, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Clock, Context, Duration, Effect, Exit, Layer, References, Result } from "effect"
import { maxBatchMessages } from "./AtomicBatch.ts"
import { EventStream } from "./EventStream.ts"
import { appendTrouble } from "./internal/appendTrouble.ts"
import { eventHeaders, expectationLines, filterOf, isSubjectToken, subjectOf } from "./internal/EventMessage.ts"
import { followEvents } from "./internal/FollowEvents.ts"
import { makeLeaderLease } from "./internal/LeaderLease.ts"
import * as LogOnChange from "./internal/LogOnChange.ts"
import { observeEvents } from "./internal/ObserveEvents.ts"
import { Permits } from "./internal/Permits.ts"
import { batchLinesBytesMax, type EncodedMessage, publishEvents } from "./internal/publishEvents.ts"
import { readHistory } from "./internal/ReadHistory.ts"
import { scanEvents } from "./internal/ScanEvents.ts"
import { type OnStored, type Publish, SharedBatches } from "./internal/SharedBatches.ts"
import * as StreamApi from "./internal/StreamApi.ts"
import { NatsConnection } from "./NatsConnection.ts"
import { MessageTooLarge, NatsError, type StoreOperation, toStoreError } from "./NatsError.ts"

/**
 * A stream with one replica on disk makes and deletes a store of files for each batch, 2 to 3 ms: up to some twenty events are
 * stored sooner one by one. A replicated one keeps batches in memory, and they cost no more than one append.
 */
const stagedBatchFrom = 24

/** Bounds of the event store; all have a default. */
export interface JetStreamEventStoreOptions {
  /** How long to wait for the acknowledgement of an append, or of the batch that it shares. Default 5 seconds. */
  readonly ackTimeout?: Duration.Input | undefined
  /** Appends in flight at once, further ones wait. Default 256. */
  readonly maxAppendsInFlight?: number | undefined
}

/**
 * Batches in flight at once on a stream with one replica, where appends share none; further ones wait. A stream takes 50 from all
 * who append together, and refuses what is more.
 */
const maxBatchesInFlight = 16

const ackTimeoutDefault: Duration.Input = "5 seconds"
const maxAppendsInFlightDefault = 256

/**
 * The event store on a JetStream stream; a namespace for its `layer`.
 *
 * `append` costs one round trip, `read` one when not more than one event is new, else two waits, or three. One event is a plain
 * publish, several are one atomic batch; both expect the last sequence of the aggregate. On a replicated stream appends of
 * different aggregates that are due together share a batch, each with its own expectation; one that is refused costs a round trip
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
  const traced = yield* References.TracerEnabled
  const appends = new Permits(options.maxAppendsInFlight ?? maxAppendsInFlightDefault)
  const batches = new Permits(maxBatchesInFlight)
  const ackTimeoutMillis = Duration.toMillis(Duration.fromInputUnsafe(options.ackTimeout ?? ackTimeoutDefault))
  const lease = yield* makeLeaderLease(connection.main, stream.name, () => stream.replicas)
  // Whoever starts waits, rather than its first commands.
  yield* lease.ready
  const { found, works } = yield* makeTroubleLog
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

  const services = yield* Effect.context()

  /** What a failure means; some need a question to the broker. */
  const explain = (error: NatsError, operation: AppendOperation, bytes: number): Effect.Effect<never, StoreError> => {
    if (error.reason._tag === "MessageTooLarge") {
      return Effect.flatMap(sizeAccepted(bytes), (accepted) => Effect.fail(toStoreError(accepted, operation)))
    }
    return isUnverified(error) || (stream.isShared() && isRefusal(error))
      ? unconfirmed(operation.aggregateId, error.message)
      : explainSilence(error, operation)
  }

  /** What a look at the settings explains, the look has said. */
  const say = Effect.fnUntraced(function*(error: StoreError) {
    const trouble = appendTrouble(stream.name, error)
    if (trouble === undefined) return
    if (error.reason._tag === "StoreUnusable") {
      yield* stream.check
      if (stream.refusal() !== undefined) return
    }
    yield* found(trouble)
  })

  const explained = (effect: Effect.Effect<never, StoreError>, onDone: OnDone): void =>
    void Effect.runForkWith(services)(Effect.tapError(effect, say)).addObserver((exit) => {
      try {
        onDone(exit)
      } catch (defect) {
        Effect.runForkWith(services)(Effect.logError("what became of an append could not be taken", defect))
      }
    })

  const publish: Publish = (messages, onAck) =>
    publishEvents(connection.main, target, messages, ackTimeoutMillis, onAck)

  const shared = new SharedBatches(
    publish,
    (error) => isDefinite(error) && !(stream.isShared() && isRefusal(error))
  )

  /** Whether a batch costs no more than a message, so that appends may share one. */
  const mayShare = () => stream.allowAtomic && stream.replicas > 1

  /** Sends it, alone or with others, when it is its turn. Gives what takes it out while it waits. */
  const send = (aggregateId: string, messages: ReadonlyArray<EncodedMessage>, onStored: OnStored): () => void => {
    const isShared = mayShare()
    const permits = isShared || messages.length === 1 ? appends : batches
    let takeOut: (() => boolean) | undefined
    const leave = permits.take(() => {
      const onAck: OnStored = (last) => {
        permits.release()
        onStored(last)
      }
      if (isShared) takeOut = shared.take({ aggregateId, messages, bytes: sum(messages, sizeOf), onAck })
      else publish(messages, (ack) => onAck(Result.map(ack, ({ seq }) => seq)))
    })
    return () => {
      leave?.()
      if (takeOut?.() === true) permits.release()
    }
  }

  /** Nothing but plain calls from the events to their acknowledgement: each command comes this way. */
  const submit: Submit = (aggregateId, expected, events, _, onDone) => {
    const refusal = stream.refusal()
    if (refusal !== undefined) return onDone(Exit.fail(refusal))
    if (!isSubjectToken(aggregateId)) return onDone(Exit.die(noToken(aggregateId)))
    if (events.length > maxBatchMessages) {
      return onDone(Exit.die(new Error(`an append takes at most ${maxBatchMessages} events, not ${events.length}`)))
    }
    const fault = faultOf(events)
    if (fault !== undefined) return onDone(Exit.die(fault))
    const operation: AppendOperation = {
      _tag: "Append",
      store: stream.name,
      aggregateId,
      expectedPosition: expected.position
    }
    const messages = encode(aggregateId, expected, events)
    const max = connection.main.maxPayload()
    const places = mayShare() || events.length > 1 ? batchLinesBytesMax : 0
    const bytes = messages.reduce((most, message) => Math.max(most, sizeOf(message) + marginBytes + places), 0)
    if (max > 0 && bytes > max) return onDone(Exit.fail(toStoreError(tooLarge(max, bytes), operation)))
    return send(aggregateId, messages, (stored) => {
      if (Result.isFailure(stored)) return explained(explain(stored.failure, operation, bytes), onDone)
      // It may have become so while this one was on its way, and then nobody knows where the events are.
      const late = stream.refusal()
      if (late !== undefined) return explained(unconfirmed(aggregateId, late.message), onDone)
      works()
      const before = stored.success - events.length
      const exit = Exit.succeed(events.length === 1 ? [stored.success] : events.map((_, index) => before + index + 1))
      try {
        onDone(exit)
      } catch (defect) {
        // Others may be stored by the same acknowledgement. This one has not heard of it.
        explained(unconfirmed(aggregateId, String(defect)), onDone)
      }
    })
  }

  const encode = (
    aggregateId: string,
    expected: Cursor,
    events: ReadonlyArray<EventToAppend>
  ): ReadonlyArray<EncodedMessage> => {
    const filter = filterOf(stream.subjectPrefix, aggregateId)
    const guard = expectationLines({ stream: stream.name, filter, position: expected.position })
    return events.map((event, index) => ({
      subject: subjectOf(stream.subjectPrefix, aggregateId, event.token),
      headers: eventHeaders(aggregateId, event, expected.version + index + 1, index === 0 ? guard : ""),
      payload: Buffer.from(event.data)
    }))
  }

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
    append: appendBy(traced ? spanned(submit) : submit),
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

type OnDone = Parameters<Submit>[4]

type AppendOperation = Extract<StoreOperation, { readonly _tag: "Append" }>

/** In a span of the command that it is for. */
const spanned = (submit: Submit): Submit => (aggregateId, expected, events, services, onDone) => {
  const span = Effect.runSyncWith(services)(Effect.makeSpan("EventStore.append"))
  const end = (exit: Exit.Exit<unknown, unknown>) =>
    span.end(Context.get(services, Clock.Clock).currentTimeNanosUnsafe(), exit)
  const giveUp = submit(aggregateId, expected, events, services, (exit) => {
    if (Exit.isSuccess(exit)) {
      for (const [key, value] of Object.entries({ aggregateId, position: exit.value[0], events: events.length })) {
        span.attribute(key, value)
      }
    }
    end(exit)
    onDone(exit)
  })
  return giveUp === undefined ? undefined : () => {
    giveUp()
    end(Exit.interrupt())
  }
}

/** What is added to the size of a message, so that the broker never has to refuse one. */
const marginBytes = 128

const sizeOf = ({ headers, payload }: EncodedMessage): number => payload.length + headers.length

const sum = <A>(all: ReadonlyArray<A>, numberOf: (each: A) => number): number =>
  all.reduce((total, each) => total + numberOf(each), 0)

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

/** Nothing was said, or not by the stream: it would be the same for each part of what was sent. */
const unsaid = new Set([
  "Disconnected",
  "NoResponders",
  "Unreachable",
  "AuthenticationRefused",
  "Unanswered",
  "AnsweredElsewhere"
])

/** Whether nothing was stored because of what it was: a part of it may be. */
const isDefinite = (error: NatsError) => !unsaid.has(error.reason._tag) && !isUnverified(error)

/** Tokens that have been looked at: there are as many as types of events. */
const knownTokens = new Set<string>()
const knownTokensMax = 10_000

/** What makes an event one that would be stored as another, or not be known again: a fault of the program. */
const faultOf = (events: ReadonlyArray<EventToAppend>): Error | undefined => {
  for (const { id, token, type } of events) {
    if (id === "") return new Error(`an event has an id, unlike this ${type}`)
    if (knownTokens.has(token)) continue
    if (!isSubjectToken(token)) {
      return new Error(
        `an event token is one subject token, without spaces, dots and wildcards: ${JSON.stringify(token)}`
      )
    }
    if (knownTokens.size < knownTokensMax) knownTokens.add(token)
  }
  return undefined
}

const requireToken = (aggregateId: string): Effect.Effect<void> =>
  isSubjectToken(aggregateId) ? Effect.void : Effect.die(noToken(aggregateId))

const noToken = (aggregateId: string) =>
  new Error(`an aggregate id is one subject token, without spaces, dots and wildcards: ${aggregateId}`)
