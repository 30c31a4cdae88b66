import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { nuid } from "@nats-io/nats-core"
import { Effect, Result, Schema } from "effect"
import { decodeAnswer } from "./internal/StreamApi.ts"
import { AlreadySeen, NatsError, Unexpected } from "./NatsError.ts"
import type { HeaderRecord, NatsMessage, NatsSocket } from "./NatsSocket.ts"

/** Messages that one atomic batch may hold (ADR-50, server default `max_batch_size`). */
export const maxBatchMessages = 1_000

/** One message of a batch. */
export interface BatchMessage {
  readonly subject: string
  readonly headers: HeaderRecord
  readonly payload: Uint8Array | string
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
  seq: Schema.Int,
  duplicate: Schema.optionalKey(Schema.Boolean),
  batch: Schema.optionalKey(Schema.String),
  count: Schema.optionalKey(Schema.Int)
})

const decodeAnyAck = decodeAnswer(quickCodec.decoder(PubAck))

/** Nearly all are of this kind, and each command brings one: read without a schema. Whatever else comes says so by its errors. */
const decodeAck = (answer: NatsMessage): Result.Result<PublishAck & { duplicate?: boolean }, NatsError> =>
  plainAck(answer) ?? decodeAnyAck(answer)

const plainAck = ({ data: { buffer, byteOffset, length } }: NatsMessage) => {
  try {
    const { batch, count, duplicate, error, seq, stream } = JSON.parse(
      Buffer.from(buffer as ArrayBuffer, byteOffset, length).toString()
    )
    const isPlain = typeof stream === "string" && Number.isSafeInteger(seq) && error === undefined &&
      duplicate === undefined && (batch === undefined || typeof batch === "string") &&
      (count === undefined || Number.isSafeInteger(count))
    return isPlain ? Result.succeed({ stream, seq, batch, count }) : undefined
  } catch {
    return undefined
  }
}

/**
 * Stores one message: one round trip.
 *
 * Fails with `Unanswered` when it may or may not be stored, `AlreadySeen` when the broker knows its id.
 */
export const publishOne = (
  socket: NatsSocket,
  { headers, payload, subject }: BatchMessage,
  timeoutMillis: number
): Effect.Effect<PublishAck, NatsError> =>
  Effect.flatMap(
    socket.request(subject, payload, { headers, timeoutMillis }),
    (answer) => Effect.fromResult(readAck(answer))
  )

/** The acknowledgement of one message. */
export const readAck = (answer: NatsMessage): Result.Result<PublishAck, NatsError> => {
  const ack = decodeAck(answer)
  if (Result.isFailure(ack)) return ack
  const { duplicate, seq } = ack.success
  return duplicate === true
    ? Result.fail(new NatsError({ reason: new AlreadySeen({ detail: `stored before at ${seq}` }) }))
    : ack
}

/**
 * Stores all messages or none (ADR-50), in order and without a message of somebody else between them: one round trip.
 *
 * All but the last are sent without waiting, the last commits. The client's own `Batch` hides conflicts and drops
 * expectations. Fails like {@link publishOne}; the count in the acknowledgement is verified.
 */
export const publishAtomicBatch = Effect.fnUntraced(function*(
  socket: NatsSocket,
  messages: readonly [BatchMessage, BatchMessage, ...ReadonlyArray<BatchMessage>],
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
  const answer = yield* socket.request(last.subject, last.payload, {
    headers: withBatch(last, messages.length - 1),
    timeoutMillis
  })
  return yield* Effect.fromResult(readBatchAck(answer, id, messages.length))
})

/** The acknowledgement of a batch, which says how much of it was stored. */
export const readBatchAck = (answer: NatsMessage, id: string, count: number): Result.Result<PublishAck, NatsError> => {
  const ack = decodeAck(answer)
  if (Result.isFailure(ack) || (ack.success.count === count && ack.success.batch === id)) return ack
  const detail = `${ack.success.count ?? 0} of ${count} messages were acknowledged`
  return Result.fail(new NatsError({ reason: new Unexpected({ code: 0, detail }) }))
}
