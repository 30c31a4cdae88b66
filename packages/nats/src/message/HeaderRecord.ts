import { type MsgHdrs } from "@nats-io/nats-core"

/** Header names and values. Values hold neither CR nor LF: see `HeaderText.ts`. */
export type HeaderRecord = Readonly<Record<string, string>>

/**
 * Headers as they are sent. Names here are constants of this package, and values only have to be kept from beginning another
 * line. Throws for those.
 */
export const encodeHeaders = (record: HeaderRecord): Uint8Array => {
  let text = "NATS/1.0\r\n"
  for (const name in record) {
    const value = record[name]!
    if (value.includes("\n") || value.includes("\r")) {
      throw new Error(`the value of header ${name} has more than one line`)
    }
    text += `${name}: ${value}\r\n`
  }
  return Buffer.from(`${text}\r\n`)
}

/** Headers that know nothing but their bytes. */
class EncodedHeaders {
  readonly #bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  encode(): Uint8Array {
    return this.#bytes
  }
}

/**
 * Encoded headers for the client, which asks those of a message to send for their bytes and for nothing else. Its own class
 * looks at each letter of each name and keeps lists of values.
 */
export const clientHeaders = (bytes: Uint8Array): MsgHdrs => new EncodedHeaders(bytes) as Partial<MsgHdrs> as MsgHdrs

/** A payload for the client, whose own way from text to bytes takes three times as long. */
export const bytesOf = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === "string" ? Buffer.from(payload) : payload
