import type { Latency } from "@cim-domain/simulation/broker/cluster/Network"
import type { ServerConnection } from "@cim-domain/simulation/broker/cluster/ServerConnection"
import type { SimulatedBroker } from "@cim-domain/simulation/broker/SimulatedBroker"

const latency: Latency = { min: 0.05, max: 0.3 }

/** What came in answer to a request. */
export interface RawAnswer {
  readonly text: string
  readonly headers: string
}

const text = (bytes: Uint8Array | undefined): string => bytes === undefined ? "" : Buffer.from(bytes).toString("latin1")

/** Headers of a message, as they are sent. */
export const headersOf = (lines: Readonly<Record<string, string | number>>): Uint8Array =>
  Buffer.from(`NATS/1.0\r\n${Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`)

/** A client without the adapter, told by callbacks. */
export class RawClient {
  readonly #broker: SimulatedBroker
  readonly #waiting = new Map<string, (answer: RawAnswer) => void>()
  readonly #name: string
  #connection: ServerConnection | undefined
  #count = 0

  constructor(broker: SimulatedBroker, name: string) {
    this.#broker = broker
    this.#name = name
    this.#connect()
  }

  /** Sends a request; is told of each answer. Nothing is sent without a connection. */
  ask(
    subject: string,
    body: string,
    headers: Readonly<Record<string, string | number>> | undefined,
    onAnswer: (answer: RawAnswer) => void
  ): void {
    const connection = this.#connection
    if (connection === undefined) return
    const reply = `_INBOX.${this.#name}.${this.#count += 1}`
    this.#waiting.set(reply, onAnswer)
    connection.publish({
      subject,
      reply,
      headers: headers === undefined ? undefined : headersOf(headers),
      payload: Buffer.from(body)
    })
  }

  send(subject: string, body: string, headers: Readonly<Record<string, string | number>>): void {
    this.#connection?.publish({ subject, reply: "", headers: headersOf(headers), payload: Buffer.from(body) })
  }

  #connect(): void {
    const up = this.#broker.nodes.filter((node) => this.#broker.accepts(node))
    const again = () => void this.#broker.timeline.after(100, () => this.#connect())
    if (up.length === 0) return again()
    const connection = this.#broker.connect(
      this.#name,
      this.#broker.randomness.pick(up as [typeof up[0]]),
      latency,
      () => {
        this.#connection = undefined
        again()
      }
    )
    this.#connection = connection
    connection.subscribe({
      subject: `_INBOX.${this.#name}.*`,
      queue: "",
      connection,
      onMessage: ({ headers, payload, subject }) => {
        this.#waiting.get(subject)?.({ text: text(payload), headers: text(headers) })
      },
      onEnd: () => {}
    })
  }
}
