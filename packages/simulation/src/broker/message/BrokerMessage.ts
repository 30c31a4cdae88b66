/** A message on its way: headers and body as bytes, which nobody changes any more. */
export interface BrokerMessage {
  readonly subject: string
  /** Where an answer goes, empty when none is wanted. */
  readonly reply: string
  /** With `NATS/1.0`, one line each, and an empty line, as they go over the wire. */
  readonly headers: Uint8Array | undefined
  readonly payload: Uint8Array
}

/** No bytes. */
export const empty = new Uint8Array()
