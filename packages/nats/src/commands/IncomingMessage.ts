import type { HeaderRecord, NatsMessage } from "../connection/NatsSocket.ts"
import { headerBlockOf, headerValuesIn } from "../message/HeaderValues.ts"

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

/** Bytes of the headers of a request, at most; of more none is read. */
export const headerBytesMax = 16 * 1024

const utf8 = new TextDecoder("utf-8", { fatal: true })
const none: ReadonlyMap<string, string> = new Map()

/** The text of a block of headers, or why it cannot be read. Looked at before anything is made of it. */
const readHeaders = (block: Uint8Array): { readonly text: string } | { readonly problem: string } => {
  if (block.length > headerBytesMax) {
    return { problem: `they take ${block.length} bytes, and at most ${headerBytesMax} are read` }
  }
  try {
    return { text: utf8.decode(block) }
  } catch {
    return { problem: "they are not UTF-8" }
  }
}

/** The first value of each header, by its name in lower case. */
const firstValues = (text: string): ReadonlyMap<string, string> | undefined => {
  const values = headerValuesIn(text)
  if (values === undefined) return undefined
  const first = new Map<string, string>()
  for (const [name, [value = ""]] of values) {
    const key = name.toLowerCase()
    if (!first.has(key)) first.set(key, value)
  }
  return first
}

/** The request in a message. */
export const incomingOf = (message: NatsMessage): IncomingMessage => {
  const { data: body, subject } = message
  const block = headerBlockOf(message)
  if (block === undefined) return { subject, body, header: () => undefined }
  const read = readHeaders(block)
  const values = "text" in read ? firstValues(read.text) : undefined
  return {
    subject,
    body,
    header: (name) => (values ?? none).get(name.toLowerCase()),
    headersProblem: "problem" in read
      ? read.problem
      : values === undefined
      ? "they are not lines of a name, a colon and a value"
      : undefined
  }
}
