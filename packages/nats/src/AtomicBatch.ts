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
}

const PubAck = Schema.Struct({
  stream: Schema.String,
  seq: Schema.Int,
  duplicate: Schema.optionalKey(Schema.Boolean),
  batch: Schema.optionalKey(Schema.String),
  count: Schema.optionalKey(Schema.Int)
})

const decodeAck = decodeAnswer(quickCodec.decoder(PubAck))

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

/** The sequence that an acknowledgement of one message names, when it is the usual one; else `undefined`, and {@link readAck} says what it is. */
export const quickSequence = (answer: NatsMessage): number | undefined => {
  try {
    const ack = JSON.parse(latin1(answer.data)) as { readonly [name: string]: unknown }
    const { seq } = ack
    return typeof seq === "number" && Number.isSafeInteger(seq) && typeof ack["stream"] === "string" &&
        ack["error"] === undefined && ack["duplicate"] === undefined
      ? seq
      : undefined
  } catch {
    return undefined
  }
}

const latin1 = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, length).toString("latin1")

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
  const ack = yield* Effect.fromResult(decodeAck(answer))
  if (ack.count === messages.length && ack.batch === id) return ack
  return yield* new NatsError({
    reason: new Unexpected({ code: 0, detail: `${ack.count ?? 0} of ${messages.length} messages were acknowledged` })
  })
})
