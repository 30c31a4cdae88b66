import { type ApiError, apiErrors } from "../api/apiErrors.ts"
import { BrokerHeaders } from "../message/BrokerHeaders.ts"
import {
  expectedLast,
  expectedPerSubject,
  type GuardedStream,
  type MessageToStore,
  type Refusal,
  refusalOfFull
} from "./GuardedStream.ts"
import { storedBytes } from "./StreamLog.ts"

/** What one proposal adds to what is on its way. */
export interface Staged {
  readonly subjects: Map<string, { count: number; bytes: number }>
  readonly ids: Set<string>
  /** The last sequence that was found for each filter. */
  readonly expected: Map<string, number>
  messages: number
  bytes: number
}

/** What nothing was added to yet. */
export const makeStaged = (): Staged => ({
  subjects: new Map(),
  ids: new Set(),
  expected: new Map(),
  messages: 0,
  bytes: 0
})

/**
 * What a leader has proposed and not stored yet. Guards look at it by its letters: a filter that is being checked is in process,
 * and so is each subject that is being written, but not what else a filter would match.
 */
export class Proposals {
  readonly #subjects = new Map<string, number>()
  readonly #ids = new Set<string>()
  readonly #expected = new Set<string>()
  readonly #begun = new Set<Staged>()
  #messages = 0
  #bytes = 0

  /** Why a message is not proposed, after what is on its way and what else its batch holds; else it is noted in `staged`. */
  refusal(stream: GuardedStream, staged: Staged, message: MessageToStore, isBatch: boolean): Refusal | undefined {
    const { headers: bytes, id, subject } = message
    if (bytes !== undefined) {
      const headers = new BrokerHeaders(bytes)
      const name = headers.get("Nats-Expected-Stream")
      if (name !== undefined && name !== "" && name !== stream.config.name) return { error: apiErrors.otherStream }
      const seen = id === "" ? undefined : this.#seen(stream, staged, id, isBatch)
      if (seen !== undefined) return seen
      if (id !== "") staged.ids.add(id)
      const unexpected = this.#lastRefusal(stream, staged, headers) ??
        this.#subjectRefusal(stream, staged, headers, subject)
      if (unexpected !== undefined) return { error: unexpected }
    }
    const full = refusalOfFull(stream, message, {
      count: this.#messages + staged.messages,
      bytes: this.#bytes + staged.bytes,
      ofSubject: (this.#subjects.get(subject) ?? 0) + (staged.subjects.get(subject)?.count ?? 0)
    })
    if (full !== undefined) return { error: full }
    const size = storedBytes(stream.config.storage, message)
    const before = staged.subjects.get(subject)
    staged.subjects.set(subject, { count: (before?.count ?? 0) + 1, bytes: (before?.bytes ?? 0) + size })
    staged.messages += 1
    staged.bytes += size
    return undefined
  }

  /** It was proposed. */
  begin(staged: Staged): void {
    const { bytes, expected, ids, messages, subjects } = staged
    this.#begun.add(staged)
    for (const [subject, { count }] of subjects) this.#subjects.set(subject, (this.#subjects.get(subject) ?? 0) + count)
    for (const id of ids) this.#ids.add(id)
    for (const filter of expected.keys()) this.#expected.add(filter)
    this.#messages += messages
    this.#bytes += bytes
  }

  /** It was stored. What another leader had proposed was never counted here. */
  end(staged: Staged): void {
    if (!this.#begun.delete(staged)) return
    const { bytes, expected, ids, messages, subjects } = staged
    for (const [subject, { count }] of subjects) {
      const left = (this.#subjects.get(subject) ?? 0) - count
      if (left > 0) this.#subjects.set(subject, left)
      else this.#subjects.delete(subject)
    }
    for (const id of ids) this.#ids.delete(id)
    for (const filter of expected.keys()) this.#expected.delete(filter)
    this.#messages -= messages
    this.#bytes -= bytes
  }

  #seen({ seqOfId }: GuardedStream, staged: Staged, id: string, isBatch: boolean): Refusal | undefined {
    if (staged.ids.has(id)) return { error: apiErrors.batchDuplicate }
    if (this.#ids.has(id)) return { error: apiErrors.idInProcess }
    const seq = seqOfId(id)
    if (seq === 0) return undefined
    return isBatch ? { error: apiErrors.batchDuplicate } : { duplicateOf: seq }
  }

  #lastRefusal({ log }: GuardedStream, staged: Staged, headers: BrokerHeaders): ApiError | undefined {
    const expected = expectedLast(headers)
    if (expected === undefined) return undefined
    const last = log.lastSeq + this.#messages + staged.messages
    if (expected !== last) return apiErrors.wrongLastSequence(last)
    return staged.messages > 0 ? apiErrors.wrongLastSequenceInFlight : undefined
  }

  #subjectRefusal(
    { log }: GuardedStream,
    staged: Staged,
    headers: BrokerHeaders,
    subject: string
  ): ApiError | undefined {
    const expected = expectedPerSubject(headers, subject)
    if (expected === undefined || "err_code" in expected) return expected
    const { filter, seq } = expected
    if (staged.subjects.has(filter) || this.#expected.has(filter) || this.#subjects.has(filter)) {
      return apiErrors.wrongLastSequenceInFlight
    }
    const found = staged.expected.get(filter) ?? log.lastSeqOf(filter)
    if (found !== seq) return apiErrors.wrongLastSequence(found)
    staged.expected.set(filter, found)
    return undefined
  }
}
