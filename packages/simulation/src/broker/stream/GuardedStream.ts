import type { ApiError } from "../api/apiErrors.ts"
import { apiErrors } from "../api/apiErrors.ts"
import type { BrokerHeaders } from "../message/BrokerHeaders.ts"
import type { StreamConfig } from "./StreamConfig.ts"
import { storedBytes, type StreamLog } from "./StreamLog.ts"

/** A message that is to be stored. */
export interface MessageToStore {
  readonly subject: string
  readonly headers: Uint8Array | undefined
  readonly payload: Uint8Array
  /** `Nats-Msg-Id`, empty when there is none. */
  readonly id: string
}

/** What guards look at. */
export interface GuardedStream {
  readonly config: StreamConfig
  readonly log: StreamLog
  /** The sequence of a message with this id, 0 when it is not known. */
  readonly seqOfId: (id: string) => number
}

/** A refusal, or the sequence under which the same message was stored before. */
export type Refusal = { readonly error: ApiError } | { readonly duplicateOf: number }

/** A number as the broker reads it: one that is none is larger than all. */
const numberIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : /^\d+$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER

/** The sequence that the last message of a filter is expected to have. */
export const expectedPerSubject = (
  headers: BrokerHeaders,
  subject: string
): { readonly filter: string; readonly seq: number } | ApiError | undefined => {
  const seq = numberIn(headers.get("Nats-Expected-Last-Subject-Sequence"))
  const filter = headers.get("Nats-Expected-Last-Subject-Sequence-Subject")
  if (seq !== undefined) return { filter: filter === undefined || filter === "" ? subject : filter, seq }
  return filter === undefined || filter === "" ? undefined : apiErrors.sequenceMissing
}

/** The last sequence that the whole stream is expected to have. */
export const expectedLast = (headers: BrokerHeaders): number | undefined =>
  numberIn(headers.get("Nats-Expected-Last-Sequence"))

/** Why a stream with one replica does not store a message: it looks at sequences before it looks at ids. */
export const refusalOfSingle = (
  { config, log, seqOfId }: GuardedStream,
  { id, subject }: MessageToStore,
  headers: BrokerHeaders | undefined
): Refusal | undefined => {
  if (config.sealed) return { error: apiErrors.sealed }
  if (headers === undefined) return undefined
  const stream = headers.get("Nats-Expected-Stream")
  if (stream !== undefined && stream !== "" && stream !== config.name) return { error: apiErrors.otherStream }
  const expected = expectedPerSubject(headers, subject)
  if (expected !== undefined) {
    if ("err_code" in expected) return { error: expected }
    const found = log.lastSeqOf(expected.filter)
    if (found !== expected.seq) return { error: apiErrors.wrongLastSequence(found) }
  }
  const last = expectedLast(headers)
  if (last !== undefined && last !== log.lastSeq) return { error: apiErrors.wrongLastSequence(log.lastSeq) }
  const seq = id === "" ? 0 : seqOfId(id)
  return seq > 0 ? { duplicateOf: seq } : undefined
}

/** Why a full stream that forgets nothing takes no more of it. `waiting` is what was taken in and is not stored yet. */
export const refusalOfFull = (
  { config, log }: GuardedStream,
  message: MessageToStore,
  waiting: { readonly count: number; readonly bytes: number; readonly ofSubject: number }
): ApiError | undefined => {
  const {
    discard,
    discard_new_per_subject: perSubject,
    max_bytes: bytes,
    max_msgs: count,
    max_msgs_per_subject: ofSubject
  } = config
  if (discard !== "new") return undefined
  if (count > 0 && log.count + waiting.count + 1 > count) return apiErrors.storeFailed("maximum messages exceeded")
  if (bytes > 0 && log.bytes + waiting.bytes + storedBytes(config.storage, message) > bytes) {
    return apiErrors.storeFailed("maximum bytes exceeded")
  }
  return perSubject === true && ofSubject > 0 && log.countOf(message.subject) + waiting.ofSubject + 1 > ofSubject
    ? apiErrors.storeFailed("maximum messages per subject exceeded")
    : undefined
}
