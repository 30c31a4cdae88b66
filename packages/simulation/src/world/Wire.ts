import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsError, NoResponders, Unanswered } from "@cim-domain/nats/NatsError"
import type { NatsMessage, NatsSocket } from "@cim-domain/nats/NatsSocket"
import { Organization } from "@cim-domain/organization"
import { Effect } from "effect"
import { receivedMessage } from "../broker/client/receivedMessage.ts"
import type { VirtualProcess } from "../process/VirtualProcess.ts"
import type { WireTrouble } from "../scenario/Fault.ts"
import { refusals, type Refused } from "../scenario/Refused.ts"
import type { Timeline } from "../time/Timeline.ts"

type Question = Parameters<NatsSocket["ask"]>[0]
type Asker = Parameters<NatsSocket["ask"]>[1]

/** A message that is stored on behalf of nobody. */
export type Inject = (message: Pick<Question, "subject" | "payload" | "headers">) => void

const encoder = new TextEncoder()

/** What lies between a replica and its broker: some of the next appends, or reads, come to grief there. */
export class Wire {
  readonly #timeline: Timeline
  readonly #inject: Inject
  #troubles: Array<WireTrouble> = []
  readonly #clear: Array<() => void> = []

  /** `inject` sends what comes late, when whoever sent it may be gone. */
  constructor(timeline: Timeline, inject: Inject) {
    this.#timeline = timeline
    this.#inject = inject
  }

  /** What is to become of so many of the next ones. */
  trouble(trouble: WireTrouble, count: number): void {
    for (let n = 0; n < count; n++) this.#troubles.push(trouble)
  }

  heal(): void {
    this.#troubles = []
    this.#toldClear()
  }

  /** Calls back once nothing more is to come to grief. */
  onceClear(told: () => void): void {
    this.#clear.push(told)
  }

  /** The connection of a process, over this wire. */
  over(connection: NatsConnection["Service"], process: VirtualProcess): NatsConnection["Service"] {
    return NatsConnection.of({
      ...connection,
      main: this.#socket(connection.main, process),
      bulk: this.#socket(connection.bulk, process)
    })
  }

  #socket(socket: NatsSocket, process: VirtualProcess): NatsSocket {
    const loses = <A>(asking: Effect.Effect<A, NatsError>, subject: string, timeoutMillis: number) =>
      Effect.suspend(() =>
        this.#next("reads") === undefined
          ? asking
          : Effect.andThen(Effect.sleep(timeoutMillis), Effect.fail(unanswered(subject)))
      )
    return {
      name: socket.name,
      jetStreamApi: socket.jetStreamApi,
      inbox: socket.inbox,
      flush: socket.flush,
      maxPayload: () => socket.maxPayload(),
      send: (subject, payload, headers) => socket.send(subject, payload, headers),
      publish: (subject, payload, options) => socket.publish(subject, payload, options),
      subscribe: (options) => socket.subscribe(options),
      onStray: (listener) => socket.onStray(listener),
      request: (subject, payload, options) =>
        loses(socket.request(subject, payload, options), subject, options.timeoutMillis),
      requestMany: (subject, payload, options) =>
        loses(socket.requestMany(subject, payload, options), subject, options.timeoutMillis),
      ask: (question, asker) => this.#ask(socket, process, question, asker)
    }
  }

  /** The trouble that is next, if it is one of appends or of reads. */
  #next(of: "appends" | "reads"): WireTrouble | undefined {
    const index = this.#troubles.findIndex(({ what }) => (what === "lose read") === (of === "reads"))
    if (index === -1) return undefined
    const [trouble] = this.#troubles.splice(index, 1)
    if (this.#troubles.length === 0) this.#toldClear()
    return trouble
  }

  #toldClear(): void {
    for (const told of this.#clear.splice(0)) told()
  }

  #ask(socket: NatsSocket, process: VirtualProcess, question: Question, asker: Asker): void {
    const isAppend = question.subject.startsWith(`${Organization.subjects.eventPrefix}.`)
    const trouble = isAppend ? this.#next("appends") : undefined
    const later = (millis: number, run: () => void) => void this.#timeline.after(millis, () => process.turn(run))
    if (trouble === undefined) return socket.ask(question, asker)
    const { subject, timeoutMillis } = question
    switch (trouble.what) {
      case "lose answer":
        return socket.ask(question, { onAnswer: () => true, onError: asker.onError })
      case "late answer":
        return socket.ask(question, lateAsker(asker, (run) => later(trouble.millis, run)))
      case "lose append":
        return later(timeoutMillis, () => asker.onError(unanswered(subject)))
      case "late append":
        this.#timeline.after(trouble.millis, () => this.#inject(question))
        return later(timeoutMillis, () => asker.onError(unanswered(subject)))
      case "nobody":
        return later(1, () => asker.onError(new NatsError({ reason: new NoResponders({ subject }) })))
      case "refuse":
        return later(1, () => void asker.onAnswer(refusal(subject, trouble.refusal)))
      case "lose read":
        return socket.ask(question, asker)
    }
  }
}

/** Hears answers later than they come, unless it is too late by then. */
const lateAsker = (asker: Asker, later: (run: () => void) => void): Asker => {
  let isOver = false
  return {
    onAnswer: (message) => {
      later(() => {
        if (!isOver) isOver = !asker.onAnswer(message)
      })
      return true
    },
    onError: (error) => {
      if (isOver) return
      isOver = true
      asker.onError(error)
    }
  }
}

const unanswered = (subject: string) => new NatsError({ reason: new Unanswered({ subject, detail: "timeout" }) })

const refusal = (subject: string, name: Refused): NatsMessage =>
  receivedMessage({
    subject,
    reply: "",
    headers: undefined,
    payload: encoder.encode(
      JSON.stringify({ error: refusals[name], stream: Organization.subjects.eventStream, seq: 0 })
    )
  })
