import { nuid } from "@nats-io/nats-core"
import { Result } from "effect"
import { AnsweredElsewhere, fromClient, NatsError } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import {
  ackOfBatch,
  ackOfOne,
  decodeAck,
  elsewhere,
  type PubAck,
  type PublishAck,
  type PublishTarget
} from "../stream/publishAtomicBatch.ts"

/** A message as it is sent. */
export interface EncodedMessage {
  readonly subject: string
  readonly headers: Uint8Array
  readonly payload: Uint8Array
}

/** Called once. */
export type OnAck = (ack: Result.Result<PublishAck, NatsError>) => void

/** Bytes that a place in a batch adds to the headers of a message, at most. */
export const batchLinesBytesMax = 96

/** The headers of a message as that of one atomic batch (ADR-50): it is the one at `index`, of so many. */
const inBatch = (headers: Uint8Array, id: string, index: number, count: number): Uint8Array => {
  const commit = index === count - 1 ? "Nats-Batch-Commit: 1\r\n" : ""
  const lines = `Nats-Batch-Id: ${id}\r\nNats-Batch-Sequence: ${index + 1}\r\n${commit}\r\n`
  // They end with an empty line.
  const end = headers.length - 2
  const all = Buffer.allocUnsafe(end + lines.length)
  all.set(headers.subarray(0, end))
  all.write(lines, end, "latin1")
  return all
}

/**
 * Stores one message, or several as one atomic batch, all or none: one round trip, told by a callback. All but the last are sent
 * without waiting for an answer; the last one commits. What other streams answer is not taken for the answer of the one that is
 * meant.
 */
export const publishEvents = (
  socket: NatsSocket,
  target: PublishTarget,
  messages: ReadonlyArray<EncodedMessage>,
  timeoutMillis: number,
  onAck: OnAck
): void => {
  const count = messages.length
  const batchId = count === 1 ? undefined : nuid.next()
  const headersOf = (index: number) => {
    const { headers } = messages[index]!
    return batchId === undefined ? headers : inBatch(headers, batchId, index, count)
  }
  const last = count - 1
  for (let index = 0; index < last; index++) {
    const { payload, subject } = messages[index]!
    const unsent = socket.send(subject, payload, headersOf(index))
    if (unsent !== undefined) return onAck(Result.fail(unsent))
  }
  const { payload, subject } = messages[last]!
  let by: string | undefined
  socket.ask({ subject, payload, headers: headersOf(last), timeoutMillis }, {
    onAnswer: (answer) => {
      const ack = read(answer, subject)
      const other = elsewhere(answer, ack, target)
      if (other === undefined) {
        onAck(Result.flatMap(ack, (said) => batchId === undefined ? ackOfOne(said) : ackOfBatch(said, batchId, count)))
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
