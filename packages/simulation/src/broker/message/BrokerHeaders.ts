import { decode, encode } from "./encode.ts"

/** The lines of headers as text, to find values in and to add lines to. */
export class BrokerHeaders {
  readonly #text: string

  constructor(bytes: Uint8Array) {
    this.#text = decode(bytes)
  }

  /** The first value of a header, `undefined` when there is none. The broker looks for names letter by letter. */
  get(name: string): string | undefined {
    const at = this.#text.indexOf(`\r\n${name}:`)
    if (at < 0) return undefined
    const from = at + name.length + 3
    return this.#text.slice(from, this.#text.indexOf("\r\n", from)).trim()
  }
}

/** Headers with further lines at their end; `lines` end with a line break each. */
export const withLines = (headers: Uint8Array | undefined, lines: string): Uint8Array => {
  if (headers === undefined || headers.length === 0) return encode(`NATS/1.0\r\n${lines}\r\n`)
  // They end with an empty line.
  const end = headers.length - 2
  const more = encode(`${lines}\r\n`)
  const all = new Uint8Array(end + more.length)
  all.set(headers.subarray(0, end))
  all.set(more, end)
  return all
}

/** Headers that are nothing but a status. */
export const statusHeaders = (status: string, lines = ""): Uint8Array => encode(`NATS/1.0 ${status}\r\n${lines}\r\n`)
