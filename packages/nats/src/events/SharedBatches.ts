import type { AppendParts } from "@cim-domain/event-sourcing/Append"
import { Result } from "effect"
import type { NatsError } from "../connection/NatsError.ts"
import { BatchSize } from "./BatchSize.ts"
import type { EncodedMessage, OnAck } from "./publishEvents.ts"

/** An append, ready to be sent. */
export interface PreparedAppend {
  readonly parts: AppendParts
  /** Of one batch, in this order; the first one of each part carries its guard. */
  readonly messages: ReadonlyArray<EncodedMessage>
  /** Of all messages with their headers. */
  readonly bytes: number
  readonly onAck: OnStored
}

/** Told once, where the last message of an append is stored. */
export type OnStored = (last: Result.Result<number, NatsError>) => void

/** Stores all of these messages or none, one of them by itself. */
export type Publish = (messages: ReadonlyArray<EncodedMessage>, onAck: OnAck) => void

interface Waiting {
  readonly append: PreparedAppend
  /** It has several aggregates of its own, or was in a batch that was refused: it shares none. */
  readonly alone: boolean
}

/** Appends of different aggregates in one batch. */
export const sharedAppendsMax = 32

/** Messages of a batch that several appends share. An append that has more goes by itself. */
export const sharedMessagesMax = 64

/** Bytes of a batch that several appends share, with headers. An append that has more goes by itself. */
export const sharedBytesMax = 1024 * 1024

/** Requests on their way while appends may share a batch: what comes meanwhile waits, and goes together. */
const requestsInFlightMax = 8

/** Batches of this process on their way: a stream takes 50 from all replicas together, and refuses what is more. */
const batchesInFlightMax = 8

/**
 * Appends of one aggregate each that are due together, stored as one atomic batch, each with its own guard: on a replicated
 * stream a batch costs hardly more than one message.
 *
 * **At most one append of an aggregate is in a batch.** The broker compares all guards of a batch with what was stored before it,
 * so two with the same guard would both be stored.
 *
 * **An append to several aggregates is a batch by itself.** One stale guard refuses it as a whole, and the more guards there are
 * the likelier that is; others would be refused with it.
 *
 * A batch that is refused was not stored, and is taken apart at once: each of its appends is sent by itself and gets an answer of
 * its own. When nobody knows whether it was stored, nobody knows that of any of its appends. How many may share one follows the
 * rate of refusals: see {@link BatchSize}. What is due alone is a plain message, or a batch of its own.
 *
 * Keeps whatever it is given: whoever gives it bounds how much that is.
 */
export class SharedBatches {
  readonly #publish: Publish
  readonly #isRefusal: (error: NatsError) => boolean
  readonly #size = new BatchSize(sharedAppendsMax)
  #waiting: Array<Waiting> = []
  #requests = 0
  #batches = 0
  #isDue = false

  /** `isRefusal`: whether an error says that nothing was stored, though one of several may be without the others. */
  constructor(publish: Publish, isRefusal: (error: NatsError) => boolean) {
    this.#publish = publish
    this.#isRefusal = isRefusal
  }

  /** Sends an append, at the end of what is being done now at the earliest. Gives what takes it out; that says whether it still waited. */
  take(append: PreparedAppend): () => boolean {
    this.#waiting.push({ append, alone: append.parts.length > 1 })
    this.#schedule()
    return () => {
      const index = this.#waiting.findIndex((each) => each.append === append)
      if (index >= 0) this.#waiting.splice(index, 1)
      return index >= 0
    }
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.length === 0) return
    this.#isDue = true
    queueMicrotask(this.#flush)
  }

  readonly #flush = (): void => {
    this.#isDue = false
    while (this.#mayBegin()) this.#send(this.#next())
  }

  #mayBegin(): boolean {
    const [first] = this.#waiting
    if (first === undefined) return false
    return this.#goesAlone(first)
      ? first.append.messages.length === 1 || this.#batches < batchesInFlightMax
      : this.#requests < requestsInFlightMax
  }

  #goesAlone({ alone }: Waiting): boolean {
    return alone || this.#size.limit === 1
  }

  /** The first ones that wait, as many as may share a batch. */
  #next(): ReadonlyArray<PreparedAppend> {
    const [first] = this.#waiting
    const limit = this.#goesAlone(first!) ? 1 : this.#size.limit
    const aggregates = new Set<string>()
    let [messages, bytes] = [0, 0]
    const end = this.#waiting.findIndex(({ alone, append }, index) => {
      messages += append.messages.length
      bytes += append.bytes
      const { aggregateId } = append.parts[0]
      const fits = index === 0 || (index < limit && !alone && !aggregates.has(aggregateId) &&
        messages <= sharedMessagesMax && bytes <= sharedBytesMax)
      aggregates.add(aggregateId)
      return !fits
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end).map(({ append }) => append)
  }

  #send(appends: ReadonlyArray<PreparedAppend>): void {
    const messages = appends.length === 1 ? appends[0]!.messages : appends.flatMap((each) => each.messages)
    const batches = messages.length === 1 ? 0 : 1
    this.#requests += 1
    this.#batches += batches
    this.#publish(messages, (ack) => {
      this.#requests -= 1
      this.#batches -= batches
      if (Result.isSuccess(ack)) this.#stored(appends, ack.success.seq - messages.length)
      else this.#failed(appends, ack.failure)
      this.#schedule()
    })
  }

  /** `before` is the sequence before that of the first message: those of a batch follow each other. */
  #stored(appends: ReadonlyArray<PreparedAppend>, before: number): void {
    this.#size.stored(appends.length)
    let last = before
    for (const { messages, onAck } of appends) {
      last += messages.length
      onAck(Result.succeed(last))
    }
  }

  #failed(appends: ReadonlyArray<PreparedAppend>, error: NatsError): void {
    const isRefusal = this.#isRefusal(error)
    if (isRefusal) this.#size.refused(appends.length)
    if (isRefusal && appends.length > 1) {
      this.#waiting.unshift(...appends.map((append) => ({ append, alone: true })))
      return
    }
    for (const { onAck } of appends) onAck(Result.fail(error))
  }
}
