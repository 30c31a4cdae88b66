import type { CommandFacts, EventToAppend, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { MsgHdrs } from "@nats-io/nats-core"
import type { NatsMessage } from "../connection/NatsSocket.ts"
import * as HeaderText from "../message/HeaderText.ts"
import { type HeaderValues, headerValues, storedHeaderValues } from "../message/HeaderValues.ts"
import type { StoredMessage } from "../stream/StreamApi.ts"

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

/** The lines that make an append conditional. Never `Nats-Expected-Last-Msg-Id`: it kills replicated streams. */
export const expectationLines = ({ filter, position, stream }: Expectation): string =>
  `Nats-Expected-Stream: ${stream}\r\nNats-Expected-Last-Subject-Sequence: ${position}\r\nNats-Expected-Last-Subject-Sequence-Subject: ${filter}\r\n`

/** The headers that describe an event, and then `lines`, as they are sent: one template, because each command makes them. */
export const eventHeaders = (
  aggregateId: string,
  { cause, command, id, schemaVersion, traceparent, type }: EventToAppend,
  version: number,
  lines: string
): Uint8Array => {
  const { encode } = HeaderText
  const { actor, causationId, commandId, correlationId } = cause
  const actorLine = actor === null ? "" : `X-Actor: ${encode(actor)}\r\n`
  const typeLine = command?.type == null ? "" : `X-Command-Type: ${encode(command.type)}\r\n`
  const digestLine = command?.digest == null ? "" : `X-Command-Digest: ${encode(command.digest)}\r\n`
  const traceLine = traceparent === undefined ? "" : `traceparent: ${encode(traceparent)}\r\n`
  return Buffer.from(`NATS/1.0\r
Nats-Msg-Id: ${encode(id)}\r
X-Aggregate-ID: ${aggregateId}\r
X-Aggregate-Version: ${version}\r
X-Event-Type: ${encode(type)}\r
X-Event-Version: ${schemaVersion}\r
X-Command-ID: ${encode(commandId)}\r
X-Correlation-ID: ${encode(correlationId)}\r
X-Causation-ID: ${encode(causationId)}\r
Content-Type: application/json\r
${typeLine}${digestLine}${actorLine}${traceLine}${lines}\r
`)
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

/** What the headers tell of a command. A digest that is none says nothing. */
const factsOf = (type: string | null, digest: string | null): CommandFacts | null =>
  type === null && digest === null
    ? null
    : { type, digest: digest !== null && /^[0-9a-f]{16}$/.test(digest) ? digest : null }

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
    command: factsOf(optional("X-Command-Type"), optional("X-Command-Digest")),
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
  command: event.command ?? null,
  data: event.data
})

/** What whoever gives another id has done wrong. */
export const noToken = (aggregateId: string) =>
  new Error(`an aggregate id is one subject token, without spaces, dots and wildcards: ${aggregateId}`)
