import type { Timeline } from "../../time/Timeline.ts"
import { type ApiError, apiErrors } from "../api/apiErrors.ts"
import { type BrokerHeaders, withLines } from "../message/BrokerHeaders.ts"
import type { MessageToStore } from "./GuardedStream.ts"

/** Messages that a batch may hold, batches that a stream keeps open, and how long one may be idle, in milliseconds. */
const messagesMax = 1_000
const openMax = 50
const idleMillis = 10_000

interface OpenBatch {
  readonly messages: Array<MessageToStore>
  forget: () => void
}

/** What becomes of a message of a batch: refused with all of it, kept, or the one that completes it. */
export type Staging =
  | { readonly _tag: "Refused"; readonly error: ApiError }
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Complete"; readonly id: string; readonly messages: ReadonlyArray<MessageToStore> }

/** The last message of a batch that another one completes, which is not stored. */
const committing = (message: MessageToStore): MessageToStore => ({
  ...message,
  headers: withLines(message.headers, "Nats-Batch-Commit: 1\r\n")
})

const refused = (error: ApiError): Staging => ({ _tag: "Refused", error })

/** The atomic batches (ADR-50) of a stream that are not complete: the leader keeps them in memory, and forgets idle ones. */
export class OpenBatches {
  readonly #open = new Map<string, OpenBatch>()
  readonly #timeline: Timeline
  readonly #max: () => number

  constructor(timeline: Timeline, max = () => openMax) {
    this.#timeline = timeline
    this.#max = max
  }

  /** Takes a message of the batch with this id. */
  take(id: string, headers: BrokerHeaders, message: MessageToStore): Staging {
    if (id.length > 64) return refused(apiErrors.batchId)
    const sequence = headers.get("Nats-Batch-Sequence")
    if (sequence === undefined || !/^\d+$/.test(sequence)) return refused(apiErrors.batchSequenceMissing)
    const number = Number(sequence)
    const commit = headers.get("Nats-Batch-Commit")
    const isEnd = commit === "eob"
    const size = isEnd ? number - 1 : number
    let batch = this.#open.get(id)
    if (batch === undefined) {
      if (number !== 1) {
        return refused(size > messagesMax ? apiErrors.batchTooLarge(messagesMax) : apiErrors.batchIncomplete)
      }
      if (this.#open.size + 1 > this.#max()) return refused(apiErrors.batchesInFlight)
      this.#open.set(id, batch = { messages: [], forget: () => {} })
    }
    batch.forget()
    if (commit !== undefined && !isEnd && commit !== "1") return this.#end(id, refused(apiErrors.batchCommit))
    if (batch.messages.length + 1 !== number || (number === 1 && isEnd)) {
      return this.#end(id, refused(apiErrors.batchIncomplete))
    }
    if (size > messagesMax) return this.#end(id, refused(apiErrors.batchTooLarge(messagesMax)))
    if (!isEnd) batch.messages.push(message)
    if (isEnd) batch.messages.push(committing(batch.messages.pop()!))
    if (commit !== undefined) return this.#end(id, { _tag: "Complete", id, messages: batch.messages })
    batch.forget = this.#timeline.after(idleMillis, () => this.#open.delete(id))
    return { _tag: "Kept" }
  }

  /** Forgets all of them, as a server does that leads no more. */
  clear(): void {
    for (const { forget } of this.#open.values()) forget()
    this.#open.clear()
  }

  #end(id: string, staging: Staging): Staging {
    this.#open.get(id)?.forget()
    this.#open.delete(id)
    return staging
  }
}
