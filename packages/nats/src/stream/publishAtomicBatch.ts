import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { nuid } from "@nats-io/nats-core"
import { Effect, Result, Schema } from "effect"
import { AlreadySeen, AnsweredElsewhere, NatsError, Unexpected } from "../connection/NatsError.ts"
import type { HeaderRecord, NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import { decodeAnswer } from "./StreamApi.ts"

/** Messages that one atomic batch may hold (ADR-50, server default `max_batch_size`). */
export const maxBatchMessages = 1_000

/** One message of a batch. */
export interface BatchMessage {
  readonly subject: string
  readonly headers: HeaderRecord
  readonly payload: Uint8Array | string
}

/** The stream that is to store what is published. Subjects may reach others, in other JetStream domains. */
export interface PublishTarget {
  readonly stream: string
  /** Its JetStream domain, as it says itself; none when its servers have no domain. */
  readonly domain: string | undefined
  /** Is told, in words, which other stream answered. */
  readonly onElsewhere?: ((by: string) => void) | undefined
}

/** The positive answer to a publish or a batch. */
export interface PublishAck {
  readonly stream: string
  /** Sequence of the message, of the last one in a batch. */
  readonly seq: number
  /** Of a batch: its id, and how many messages were stored. */
  readonly batch?: string
  readonly count?: number
}

const PubAck = Schema.Struct({
  stream: Schema.String,
  domain: Schema.optionalKey(Schema.String),
  seq: Schema.Int,
  duplicate: Schema.optionalKey(Schema.Boolean),
  batch: Schema.optionalKey(Schema.String),
  count: Schema.optionalKey(Schema.Int)
})

/** An acknowledgement as it stands on the wire. */
export type PubAck = typeof PubAck.Type

const decodeAnyAck = decodeAnswer(Schema.decodeUnknownResult(CompiledSchemas.install(PubAck)))

/** Nearly all are of this kind, and each command brings one: read without a schema. Whatever else comes says so by its errors. */
export const decodeAck = (answer: NatsMessage): Result.Result<PubAck, NatsError> =>
  plainAck(answer) ?? decodeAnyAck(answer)

const plainAck = ({ data: { buffer, byteOffset, length } }: NatsMessage): Result.Success<PubAck, never> | undefined => {
  try {
    const ack = JSON.parse(Buffer.from(buffer as ArrayBuffer, byteOffset, length).toString())
    const { batch, count, domain, duplicate, error, seq, stream } = ack
    const isPlain = typeof stream === "string" && Number.isSafeInteger(seq) && error === undefined &&
      duplicate === undefined && (domain === undefined || typeof domain === "string") &&
      (batch === undefined || typeof batch === "string") && (count === undefined || Number.isSafeInteger(count))
    return isPlain ? Result.succeed(ack) as Result.Success<PubAck, never> : undefined
  } catch {
    return undefined
  }
}

/** Who answered, in words, unless it was the stream that is meant. A refusal names its stream, but no domain. */
export const elsewhere = (
  answer: NatsMessage,
  ack: Result.Result<PubAck, NatsError>,
  { domain, stream }: PublishTarget
): string | undefined => {
  if (Result.isSuccess(ack)) {
    return ack.success.stream === stream && ack.success.domain === domain
      ? undefined
      : inWords({ domain: undefined, ...ack.success })
  }
  const refused = refusalOf(answer)
  return refused === undefined || refused === stream ? undefined : inWords({ stream: refused, domain: undefined })
}

const inWords = ({ domain, stream }: Pick<PublishTarget, "domain" | "stream">): string =>
  `a stream ${stream}${domain === undefined ? "" : ` of JetStream domain ${domain}`}`

/** The stream that a refusal names. */
const refusalOf = (answer: NatsMessage): string | undefined => {
  try {
    const { stream } = answer.json<{ readonly stream?: unknown }>()
    return typeof stream === "string" ? stream : undefined
  } catch {
    return undefined
  }
}

/** Sends a message and waits for what the stream that is meant says to it: other streams may answer as well, and sooner. */
const publishAndWait = (
  socket: NatsSocket,
  { headers, payload, subject }: BatchMessage,
  target: PublishTarget,
  timeoutMillis: number
): Effect.Effect<PubAck, NatsError> =>
  Effect.suspend(() => {
    let by: string | undefined
    let ack: Result.Result<PubAck, NatsError> | undefined
    const isAnswer = (answer: NatsMessage): boolean => {
      ack = decodeAck(answer)
      const other = elsewhere(answer, ack, target)
      if (other === undefined) return true
      by = other
      target.onElsewhere?.(other)
      return false
    }
    return Effect.matchEffect(socket.request(subject, payload, { headers, timeoutMillis, isAnswer }), {
      onSuccess: (answer) => Effect.fromResult(ack ?? decodeAck(answer)),
      onFailure: (error) =>
        Effect.fail(
          by !== undefined && error.reason._tag === "Unanswered"
            ? new NatsError({ reason: new AnsweredElsewhere({ subject, by }) })
            : error
        )
    })
  })

/**
 * Stores one message: one round trip.
 *
 * Fails with `Unanswered` when it may or may not be stored, `AnsweredElsewhere` when, besides, another stream answered, and
 * `AlreadySeen` when the broker knows its id.
 */
export const publishOne = (
  socket: NatsSocket,
  message: BatchMessage,
  target: PublishTarget,
  timeoutMillis: number
): Effect.Effect<PublishAck, NatsError> =>
  Effect.flatMap(publishAndWait(socket, message, target, timeoutMillis), (ack) => Effect.fromResult(ackOfOne(ack)))

/** The acknowledgement of one message. */
export const ackOfOne = (ack: PubAck): Result.Result<PublishAck, NatsError> =>
  ack.duplicate === true
    ? Result.fail(new NatsError({ reason: new AlreadySeen({ detail: `stored before at ${ack.seq}` }) }))
    : Result.succeed(ack)

/**
 * Stores all messages or none (ADR-50), in order and without a message of somebody else between them: one round trip.
 *
 * All but the last are sent without waiting, the last commits. The client's own `Batch` hides conflicts and drops
 * expectations. Fails like {@link publishOne}; the count in the acknowledgement is verified.
 */
export const publishAtomicBatch = Effect.fnUntraced(function*(
  socket: NatsSocket,
  messages: readonly [BatchMessage, BatchMessage, ...ReadonlyArray<BatchMessage>],
  target: PublishTarget,
  timeoutMillis: number
): Effect.fn.Return<PublishAck, NatsError> {
  if (messages.length > maxBatchMessages) {
    return yield* Effect.die(
      new Error(`an atomic batch holds at most ${maxBatchMessages} messages, not ${messages.length}`)
    )
  }
  const id = yield* Effect.sync(() => nuid.next())
  const withBatch = (message: BatchMessage, index: number): HeaderRecord => ({
    ...message.headers,
    "Nats-Batch-Id": id,
    "Nats-Batch-Sequence": String(index + 1),
    ...(index === messages.length - 1 ? { "Nats-Batch-Commit": "1" } : {})
  })
  for (const [index, message] of messages.slice(0, -1).entries()) {
    yield* socket.publish(message.subject, message.payload, { headers: withBatch(message, index) })
  }
  const last = messages[messages.length - 1]!
  const ack = yield* publishAndWait(
    socket,
    { ...last, headers: withBatch(last, messages.length - 1) },
    target,
    timeoutMillis
  )
  return yield* Effect.fromResult(ackOfBatch(ack, id, messages.length))
})

/** The acknowledgement of a batch, which says how much of it was stored. */
export const ackOfBatch = (ack: PubAck, id: string, count: number): Result.Result<PublishAck, NatsError> => {
  if (ack.count === count && ack.batch === id) return Result.succeed(ack)
  const detail = `${ack.count ?? 0} of ${count} messages were acknowledged`
  return Result.fail(new NatsError({ reason: new Unexpected({ code: 0, detail }) }))
}
