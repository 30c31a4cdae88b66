import { fromClient, NatsError, NoResponders, Unanswered } from "@cim-domain/nats/NatsError"
import type { NatsMessage, NatsSocket } from "@cim-domain/nats/NatsSocket"
import type { Timeline } from "../../time/Timeline.ts"
import type { ServerConnection } from "../cluster/ServerConnection.ts"
import { type BrokerMessage } from "../message/BrokerMessage.ts"
import { receivedMessage } from "./receivedMessage.ts"

type Question = Parameters<NatsSocket["ask"]>[0]
type Asker = Parameters<NatsSocket["ask"]>[1]

interface Waiting {
  readonly asker: Asker
  readonly subject: string
  readonly stopClock: () => void
}

/** Requests over one connection after the other, whose answers come over one subscription each. */
export class SimulatedRequests {
  readonly #timeline: Timeline
  readonly #onStray: (message: NatsMessage) => void
  readonly #waiting = new Map<number, Waiting>()
  #connection: ServerConnection | undefined
  #prefix = ""
  #isSubscribed = false
  #count = 0

  /** `onStray` is told of answers that nobody waits for any more. */
  constructor(timeline: Timeline, onStray: (message: NatsMessage) => void) {
    this.#timeline = timeline
    this.#onStray = onStray
  }

  /** Requests go over this connection, their answers to subjects that begin with `inbox`. */
  attach(connection: ServerConnection, inbox: string): void {
    this.#connection = connection
    this.#prefix = `${inbox}.`
    this.#isSubscribed = false
  }

  /** Sends a request. Gives what {@link giveUp} takes. */
  ask({ headers, payload, subject, timeoutMillis }: Question, asker: Asker): number {
    const connection = this.#connection!
    if (!this.#isSubscribed) this.#subscribe(connection)
    const number = this.#count += 1
    const stopClock = this.#timeline.after(
      timeoutMillis,
      () => this.#fail(number, new NatsError({ reason: new Unanswered({ subject, detail: "timeout" }) }))
    )
    this.#waiting.set(number, { asker, subject, stopClock })
    connection.publish({ subject, reply: this.#prefix + number, headers, payload })
    return number
  }

  /** Nobody waits for it any more. */
  giveUp(number: number): void {
    this.#take(number)
  }

  /** Fails whatever still waits: no answer will come any more. */
  close(detail: string): void {
    this.#connection = undefined
    for (const [number, { subject }] of this.#waiting) {
      this.#fail(number, new NatsError({ reason: new Unanswered({ subject, detail }) }))
    }
  }

  #subscribe(connection: ServerConnection): void {
    this.#isSubscribed = true
    const prefix = this.#prefix
    connection.subscribe({
      subject: `${prefix}*`,
      queue: "",
      connection,
      onMessage: (message) => this.#answer(prefix, message),
      onEnd: () => {}
    })
  }

  #answer(prefix: string, message: BrokerMessage): void {
    const number = Number(message.subject.slice(prefix.length))
    const waiting = this.#waiting.get(number)
    const answer = receivedMessage(message)
    if (waiting === undefined) return this.#onStray(answer)
    const { subject } = waiting
    try {
      if (message.payload.length === 0 && answer.headers?.code === 503) {
        this.#fail(number, new NatsError({ reason: new NoResponders({ subject }) }))
      } else if (!waiting.asker.onAnswer(answer)) this.#take(number)
    } catch (thrown) {
      this.#fail(number, fromClient(thrown, subject))
    }
  }

  #fail(number: number, error: NatsError): void {
    this.#take(number)?.asker.onError(error)
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number)
    if (waiting === undefined) return undefined
    this.#waiting.delete(number)
    waiting.stopClock()
    return waiting
  }
}
