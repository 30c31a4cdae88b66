import { MsgHdrsImpl } from "@nats-io/nats-core"
import type { NatsMessage } from "./NatsMessage.ts"

/** The values of each header in the order in which they came. */
export type HeaderValues = ReadonlyMap<string, ReadonlyArray<string>>

/** What the client keeps the headers of a message in. */
interface Raw {
  readonly _msg?: { readonly hdr?: number }
  readonly _rdata?: Uint8Array
}

/** Headers without a status, and with names that the client takes. */
const plain = /^NATS\/1\.0\r\n(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n$/
const decoder = new TextDecoder()

/**
 * The headers of a message, as the client reads them; throws where it does. For each header the client looks at each letter of
 * the name and at all names before: 10 µs for an event, most of what reading one cost. What is not plainly right is left to it.
 */
export const headerValues = (message: NatsMessage): HeaderValues => {
  const text = textOf(message)
  return text !== undefined && plain.test(text) ? valuesIn(text) : new Map(message.headers ?? [])
}

/** The headers that a stream stores, in base64; throws where the client does. */
export const storedHeaderValues = (hdrs: string): HeaderValues => {
  const bytes = Buffer.from(hdrs, "base64")
  const text = decoder.decode(bytes)
  return plain.test(text) ? valuesIn(text) : new Map(MsgHdrsImpl.decode(bytes))
}

/** Whether a message carries a status, as the last one of many does; throws where the client cannot read its headers. */
export const hasStatus = (message: NatsMessage): boolean => {
  const text = textOf(message)
  if (text !== undefined && plain.test(text)) return false
  return message.headers !== undefined && message.headers.code !== 0
}

/** The headers of a message as they came, `undefined` when it has none. */
export const headerBlockOf = (message: NatsMessage): Uint8Array | undefined => {
  const { _msg, _rdata } = message as unknown as Raw
  const length = _msg?.hdr ?? 0
  return _rdata === undefined || length <= 0 ? undefined : _rdata.subarray(0, length)
}

/** The headers in such a block, `undefined` when it is anything but lines of a name, a colon and a value. */
export const headerValuesIn = (text: string): HeaderValues | undefined => plain.test(text) ? valuesIn(text) : undefined

const textOf = (message: NatsMessage): string | undefined => {
  const block = headerBlockOf(message)
  return block === undefined ? undefined : decoder.decode(block)
}

const valuesIn = (text: string): HeaderValues => {
  const values = new Map<string, Array<string>>()
  let at = text.indexOf("\n") + 1
  for (let end = text.indexOf("\r", at); end > at; end = text.indexOf("\r", at)) {
    const colon = text.indexOf(":", at)
    const name = text.slice(at, colon)
    const value = text.slice(colon + 1, end).trim()
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
    at = end + 2
  }
  return values
}
