import type { EventToAppend, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { MsgHdrs } from "@nats-io/nats-core"
import type { NatsMessage } from "../NatsSocket.ts"
import * as HeaderText from "./HeaderText.ts"
import { type HeaderValues, headerValues, storedHeaderValues } from "./HeaderValues.ts"
import type { StoredMessage } from "./StreamApi.ts"

/** Events as messages: one subject per aggregate and type, the facts in headers, the event itself as the body. */

const aggregateIdPattern = /^[^\s.*>\p{C}]+$/u

/** Whether `id` can be one token of a subject. */
export const isSubjectToken = (id: string): boolean => aggregateIdPattern.test(id)

/** The subject of one event. */
export const subjectOf = (prefix: string, aggregateId: string, token: string): string =>
  `${prefix}.${aggregateId}.${token}`

/**
 * The one filter that covers an aggregate, letter by letter the same on every append and every read: replicated streams
 * compare in-flight expectations as strings, so a second spelling would be a hole in the guard.
 */
export const filterOf = (prefix: string, aggregateId: string): string => `${prefix}.${aggregateId}.>`

/** What an append expects of the aggregate: ends at `position` (0 = has no events). */
export interface Expectation {
  readonly stream: string
  readonly filter: string
  readonly position: number
}

/** Adds the headers that make an append conditional. Never `Nats-Expected-Last-Msg-Id`: it kills replicated streams. */
export const addExpectation = (headers: Record<string, string>, { filter, position, stream }: Expectation): void => {
  headers["Nats-Expected-Stream"] = stream
  headers["Nats-Expected-Last-Subject-Sequence"] = String(position)
  headers["Nats-Expected-Last-Subject-Sequence-Subject"] = filter
}

/** The headers that describe an event, one by one and without spreads: each command makes them. */
export const eventHeaders = (
  aggregateId: string,
  event: EventToAppend,
  version: number
): Record<string, string> => {
  const headers: Record<string, string> = {
    "Nats-Msg-Id": HeaderText.encode(event.id),
    "X-Aggregate-ID": aggregateId,
    "X-Aggregate-Version": String(version),
    "X-Event-Type": HeaderText.encode(event.type),
    "X-Event-Version": String(event.schemaVersion),
    "X-Command-ID": HeaderText.encode(event.cause.commandId),
    "X-Correlation-ID": HeaderText.encode(event.cause.correlationId),
    "X-Causation-ID": HeaderText.encode(event.cause.causationId),
    "Content-Type": "application/json"
  }
  if (event.cause.actor !== null) headers["X-Actor"] = HeaderText.encode(event.cause.actor)
  if (event.traceparent !== undefined) headers["traceparent"] = event.traceparent
  return headers
}

/** What {@link eventHeaders} and {@link addExpectation} come to, as bytes: nearly every append is of one event. */
export const guardedHeaders = (
  aggregateId: string,
  { cause, id, schemaVersion, traceparent, type }: EventToAppend,
  version: number,
  { filter, position, stream }: Expectation
): Uint8Array => {
  const { encode } = HeaderText
  const actor = cause.actor === null ? "" : `X-Actor: ${encode(cause.actor)}\r\n`
  const trace = traceparent === undefined ? "" : `traceparent: ${traceparent}\r\n`
  return Buffer.from(
    `NATS/1.0\r\nNats-Msg-Id: ${
      encode(id)
    }\r\nX-Aggregate-ID: ${aggregateId}\r\nX-Aggregate-Version: ${version}\r\nX-Event-Type: ${
      encode(type)
    }\r\nX-Event-Version: ${schemaVersion}\r\nX-Command-ID: ${encode(cause.commandId)}\r\nX-Correlation-ID: ${
      encode(cause.correlationId)
    }\r\nX-Causation-ID: ${
      encode(cause.causationId)
    }\r\nContent-Type: application/json\r\n${actor}${trace}Nats-Expected-Stream: ${stream}\r\nNats-Expected-Last-Subject-Sequence: ${position}\r\nNats-Expected-Last-Subject-Sequence-Subject: ${filter}\r\n\r\n`
  )
}

/** The aggregate that an event under this subject belongs to. */
export const aggregateIdOf = (prefix: string, subject: string): string => {
  const from = prefix.length + 1
  const end = subject.indexOf(".", from)
  return end === -1 ? subject.slice(from) : subject.slice(from, end)
}

/** An event as found in the stream; `version` is `undefined` when whoever stored it did not number it. */
export type EventMessage = Omit<RecordedEvent, "version"> & {
  readonly version: number | undefined
  readonly subject: string
}

type Lookup = (name: string) => string

const found = (
  prefix: string,
  subject: string,
  position: number,
  time: string,
  header: Lookup,
  data: string
): EventMessage => {
  const [aggregateId = "", ...token] = subject.slice(prefix.length + 1).split(".")
  const optional = (name: string) => {
    const value = header(name)
    return value === "" ? null : HeaderText.decode(value)
  }
  const version = Number(header("X-Aggregate-Version"))
  return {
    aggregateId,
    subject,
    id: optional("Nats-Msg-Id"),
    type: optional("X-Event-Type") ?? token.join("."),
    version: Number.isSafeInteger(version) && version > 0 ? version : undefined,
    position,
    time: Date.parse(time),
    commandId: optional("X-Command-ID"),
    correlationId: optional("X-Correlation-ID"),
    data
  }
}

/** What anybody may have stored in a way that the client throws at; then there seem to be none. */
const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

const noHeaders: HeaderValues = new Map()

/** The headers of a message and its status, none when they cannot be read. */
export const headersOf = (message: NatsMessage): MsgHdrs | undefined => readable(() => message.headers)

/** The headers of a message from the leader, none when they cannot be read. */
export const storedHeadersOf = ({ hdrs }: StoredMessage): HeaderValues =>
  (hdrs === undefined ? undefined : readable(() => storedHeaderValues(hdrs))) ?? noHeaders

/** The first value of a header, empty when there is none. */
const firstOf = (values: HeaderValues): Lookup => (name) => values.get(name)?.[0] ?? ""

/** Reads an answer of a direct get, whose last headers are the server's own (ADR-31). */
export const fromDirect = (prefix: string, message: NatsMessage): EventMessage => {
  const values = headerValues(message)
  const server = (name: string) => values.get(name)?.at(-1) ?? ""
  return found(
    prefix,
    server("Nats-Subject"),
    Number(server("Nats-Sequence")),
    server("Nats-Time-Stamp"),
    firstOf(values),
    message.string()
  )
}

/** Reads an answer of the leader. */
export const fromLeader = (prefix: string, message: StoredMessage): EventMessage =>
  found(
    prefix,
    message.subject,
    message.seq,
    message.time,
    firstOf(storedHeadersOf(message)),
    Buffer.from(message.data ?? "", "base64").toString("utf8")
  )

/** Reads a message of a push consumer; `position` and `time` stand in its reply subject. */
export const fromConsumer = (prefix: string, message: NatsMessage, position: number, time: number): EventMessage => ({
  ...found(
    prefix,
    message.subject,
    position,
    "",
    firstOf(readable(() => headerValues(message)) ?? noHeaders),
    message.string()
  ),
  time
})

/** The event with its number. */
export const record = (event: EventMessage, version: number): RecordedEvent => ({
  aggregateId: event.aggregateId,
  id: event.id,
  type: event.type,
  version,
  position: event.position,
  time: event.time,
  commandId: event.commandId,
  correlationId: event.correlationId,
  data: event.data
})
