import { Match, type MsgHdrs } from "@nats-io/nats-core"
import type { HeaderRecord, NatsMessage } from "../NatsSocket.ts"

/** A request as it came in. Nothing about it is trusted. */
export interface IncomingMessage {
  readonly subject: string
  readonly body: Uint8Array
  /** The first value of a header, whatever the case of its name. */
  readonly header: (name: string) => string | undefined
  /** Why the headers cannot be read, which the broker does not look at; then there seem to be none. */
  readonly headersProblem?: string | undefined
}

/** An answer. Header values may hold any characters: they are percent-encoded where they must be. */
export interface Reply {
  readonly body: string
  readonly headers: HeaderRecord
}

/** Headers that the client cannot read make it throw, and what is thrown in a callback ends its reading for good. */
const readHeaders = (message: NatsMessage): { readonly headers?: MsgHdrs | undefined; readonly problem?: string } => {
  try {
    return { headers: message.headers }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** The request in a message. */
export const incomingOf = (message: NatsMessage): IncomingMessage => {
  const { headers, problem } = readHeaders(message)
  return {
    subject: message.subject,
    body: message.data,
    header: (name) =>
      headers === undefined || !headers.has(name, Match.IgnoreCase) ? undefined : headers.get(name, Match.IgnoreCase),
    headersProblem: problem
  }
}
