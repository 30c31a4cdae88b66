import { statusHeaders, withLines } from "../message/BrokerHeaders.ts"
import { empty } from "../message/BrokerMessage.ts"
import { decode } from "../message/encode.ts"
import type { StoredMessage, StreamLog } from "./StreamLog.ts"

/** What a direct get asks for (ADR-31). */
interface DirectGet {
  readonly seq?: number
  readonly last_by_subj?: string
  readonly next_by_subj?: string
  readonly multi_last?: ReadonlyArray<string>
  readonly batch?: number
  readonly max_bytes?: number
  readonly up_to_seq?: number
  readonly start_time?: string
  readonly up_to_time?: string
  readonly no_hdr?: boolean
}

/** One answer of several. */
export interface DirectAnswer {
  readonly headers: Uint8Array | undefined
  readonly payload: Uint8Array
}

type Answer = (answer: DirectAnswer) => void

/** Subjects that one answer may tell of, and bytes of an answer when nothing else is said. */
const subjectsMax = 1_024
const bytesMaxDefault = 64 * 1024 * 1024

/** When a message was stored, as the broker writes it. */
export const timeText = (millis: number): string => {
  const whole = Math.floor(millis)
  const nanos = String(Math.round((millis - whole) * 1_000_000) % 1_000_000).padStart(6, "0")
  const text = new Date(whole).toISOString()
  const fraction = `${text.slice(20, 23)}${nanos}`.replace(/0+$/, "")
  return fraction === "" ? `${text.slice(0, 19)}Z` : `${text.slice(0, 19)}.${fraction}Z`
}

const status = (answer: Answer, text: string, lines?: string): void =>
  answer({ headers: statusHeaders(text, lines), payload: empty })

/** Answers a direct get from one copy of a stream, with one message or more than one. */
export const directGet = (log: StreamLog, stream: string, body: Uint8Array, answer: Answer): void => {
  if (body.length === 0) return status(answer, "408 Empty Request")
  let asked: DirectGet
  try {
    asked = JSON.parse(decode(body))
  } catch {
    return status(answer, "408 Malformed Request")
  }
  const { batch = 0, last_by_subj: last = "", multi_last: multi = [], next_by_subj: next = "", seq = 0 } = asked
  if (seq === 0 && last === "" && next === "" && multi.length === 0) return status(answer, "408 Empty Request")
  const conflicts = (seq > 0 && last !== "") || (last !== "" && (next !== "" || batch > 0 || multi.length > 0)) ||
    (next !== "" && multi.length > 0)
  if (conflicts) return status(answer, "408 Bad Request")
  if (multi.length > 0) return lastOfEach(log, stream, asked, answer)
  if (batch === 0) return one(log, stream, asked, answer)
  page(log, stream, asked, answer)
}

const one = (
  log: StreamLog,
  stream: string,
  { last_by_subj: last, next_by_subj: next = "", seq = 0 }: DirectGet,
  answer: Answer
): void => {
  const found = next !== "" ? log.next(next, seq) : seq > 0 ? log.get(seq) : log.lastOf(last!)
  if (found === undefined) return status(answer, "404 Message Not Found")
  answer({ headers: withLines(found.headers, lines(stream, found)), payload: found.payload })
}

const page = (
  log: StreamLog,
  stream: string,
  { batch = 1, max_bytes: most = 0, next_by_subj: next = "", seq = 0 }: DirectGet,
  answer: Answer
): void => {
  const bytesMax = most === 0 ? bytesMaxDefault : most
  let pending = log.pending(next, seq)
  let [from, last, bytes] = [seq, 0, 0]
  for (let count = 0; count < batch && bytes < bytesMax; count++) {
    const found = log.next(next === "" ? ">" : next, from)
    if (found === undefined) {
      if (batch > 1 && count > 0) break
      return status(answer, "404 Message Not Found")
    }
    pending = Math.max(0, pending - 1)
    answer({ headers: withLines(found.headers, lines(stream, found, pending, last)), payload: found.payload })
    last = found.seq
    from = found.seq + 1
    bytes += sizeOf(found)
  }
  status(answer, "204 EOB", `Nats-Num-Pending: ${pending}\r\nNats-Last-Sequence: ${last}\r\n`)
}

const lastOfEach = (
  log: StreamLog,
  stream: string,
  { batch = 0, max_bytes: most = 0, multi_last: filters = [], seq = 0, up_to_seq: upTo = 0 }: DirectGet,
  answer: Answer
): void => {
  const bytesMax = most === 0 ? bytesMaxDefault : most
  const end = upTo === 0 ? log.lastSeq : upTo
  // A sequence that is still to come finds nothing in 2.15.
  if (end > log.lastSeq) return status(answer, "404 No Results")
  const all = log.lastOfEach(filters, end).filter((message) => message.seq >= seq)
  if (all.length > subjectsMax) return status(answer, "413 Too Many Results")
  if (all.length === 0) return status(answer, "404 No Results")
  let [last, bytes, sent] = [0, 0, 0]
  for (const message of all) {
    sent += 1
    answer({
      headers: withLines(message.headers, lines(stream, message, all.length - sent, last)),
      payload: message.payload
    })
    last = message.seq
    bytes += sizeOf(message)
    if (bytes >= bytesMax || (batch > 0 && sent >= batch)) break
  }
  status(
    answer,
    "204 EOB",
    `Nats-Num-Pending: ${all.length - sent}\r\nNats-Last-Sequence: ${last}\r\nNats-UpTo-Sequence: ${end}\r\n`
  )
}

const sizeOf = ({ headers, payload, subject }: StoredMessage): number =>
  subject.length + (headers?.length ?? 0) + payload.length

const lines = (stream: string, { seq, subject, time }: StoredMessage, pending?: number, last?: number): string => {
  const own = `Nats-Stream: ${stream}\r\nNats-Subject: ${subject}\r\nNats-Sequence: ${seq}\r\nNats-Time-Stamp: ${
    timeText(time)
  }\r\n`
  return pending === undefined ? own : `${own}Nats-Num-Pending: ${pending}\r\nNats-Last-Sequence: ${last}\r\n`
}
