import type { NatsMessage } from "@cim-domain/nats/NatsSocket"
import { type MsgHdrs, MsgHdrsImpl } from "@nats-io/nats-core"
import type { BrokerMessage } from "../message/BrokerMessage.ts"
import { decode } from "../message/encode.ts"

/** A message as the client library gives it. */
export const receivedMessage = (message: BrokerMessage): NatsMessage => new SimulatedMessage(message) as NatsMessage

/** It has the two fields that the adapter reads the bytes of the headers from. */
class SimulatedMessage implements Omit<NatsMessage, "headers"> {
  readonly subject: string
  readonly reply: string
  readonly data: Uint8Array
  readonly sid = 0
  readonly _rdata: Uint8Array | undefined
  readonly _msg: { readonly hdr: number }
  #headers: MsgHdrs | undefined

  constructor({ headers, payload, reply, subject }: BrokerMessage) {
    this.subject = subject
    this.reply = reply
    this.data = payload
    this._rdata = headers
    this._msg = { hdr: headers === undefined ? -1 : headers.length }
  }

  get headers(): MsgHdrs | undefined {
    if (this._rdata === undefined) return undefined
    return this.#headers ??= MsgHdrsImpl.decode(this._rdata)
  }

  respond(): boolean {
    throw new Error("the adapter answers by its socket")
  }

  json(): never {
    return JSON.parse(this.string()) as never
  }

  string(): string {
    return decode(this.data)
  }
}
