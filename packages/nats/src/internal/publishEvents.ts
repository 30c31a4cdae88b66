import { nuid } from "@nats-io/nats-core"
import { Result } from "effect"
import {
  ackOfBatch,
  ackOfOne,
  decodeAck,
  elsewhere,
  type PubAck,
  type PublishAck,
  type PublishTarget
} from "../AtomicBatch.ts"
import { AnsweredElsewhere, fromClient, NatsError } from "../NatsError.ts"
import type { NatsMessage, NatsSocket } from "../NatsSocket.ts"

/** A message as it is sent. */
export interface EncodedMessage {
  readonly subject: string
  readonly headers: Uint8Array
  readonly payload: Uint8Array
}

/** Called once. */
export type OnAck = (ack: Result.Result<PublishAck, NatsError>) => void

/** The lines that make each of these messages a part of one atomic batch (ADR-50). */
export const batchLines = (count: number, id: string): ReadonlyArray<string> =>
  Array.from(
    { length: count },
    (_, index) =>
      `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${index + 1}\r\n${
        index === count - 1 ? "Nats-Batch-Commit: 1\r\n" : ""
      }`
  )

/** An id for a batch. */
export const newBatchId = (): string => nuid.next()

/**
 * Stores one message, or all of a batch or none: one round trip, told by a callback. All but the last are sent without waiting
 * for an answer; the last one commits. What other streams answer is not taken for the answer of the one that is meant.
 */
export const publishEvents = (
  socket: NatsSocket,
  target: PublishTarget,
  messages: ReadonlyArray<EncodedMessage>,
  batchId: string | undefined,
  timeoutMillis: number,
  onAck: OnAck
): void => {
  const last = messages.length - 1
  for (let index = 0; index < last; index++) {
    const { headers, payload, subject } = messages[index]!
    const unsent = socket.send(subject, payload, headers)
    if (unsent !== undefined) return onAck(Result.fail(unsent))
  }
  const { headers, payload, subject } = messages[last]!
  let by: string | undefined
  socket.ask({ subject, payload, headers, timeoutMillis }, {
    onAnswer: (answer) => {
      const ack = read(answer, subject)
      const other = elsewhere(answer, ack, target)
      if (other === undefined) {
        onAck(
          Result.flatMap(
            ack,
            (said) => batchId === undefined ? ackOfOne(said) : ackOfBatch(said, batchId, messages.length)
          )
        )
        return false
      }
      by = other
      target.onElsewhere?.(other)
      return true
    },
    onError: (error) =>
      onAck(Result.fail(
        by !== undefined && error.reason._tag === "Unanswered"
          ? new NatsError({ reason: new AnsweredElsewhere({ subject, by }) })
          : error
      ))
  })
}

/** Headers that cannot be read throw. */
const read = (answer: NatsMessage, subject: string): Result.Result<PubAck, NatsError> => {
  try {
    return decodeAck(answer)
  } catch (error) {
    return Result.fail(fromClient(error, subject))
  }
}
