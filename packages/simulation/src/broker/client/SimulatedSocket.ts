import { encodeHeaders, type HeaderRecord } from "@cim-domain/nats/HeaderRecord"
import { hasStatus } from "@cim-domain/nats/HeaderValues"
import { fromClient, MessageTooLarge, NatsError, Unanswered } from "@cim-domain/nats/NatsError"
import { Disconnected } from "@cim-domain/nats/NatsError"
import type { NatsMessage, NatsSocket, SocketSubscription, SubscribeOptions } from "@cim-domain/nats/NatsSocket"
import { Effect, type Scope } from "effect"
import type { Timeline } from "../../time/Timeline.ts"
import type { ServerConnection } from "../cluster/ServerConnection.ts"
import { empty } from "../message/BrokerMessage.ts"
import { encode } from "../message/encode.ts"
import { SimulatedRequests } from "./SimulatedRequests.ts"
import { SimulatedSubscriptions } from "./SimulatedSubscriptions.ts"

type Question = Parameters<NatsSocket["ask"]>[0]
type Asker = Parameters<NatsSocket["ask"]>[1]

/** Why nothing can be sent while there is no connection. */
const notConnected = new NatsError({ reason: new Disconnected({ detail: "waiting for the broker" }) })

const lostNow = "the connection was lost"

const bytesOf = (payload: Uint8Array | string): Uint8Array => typeof payload === "string" ? encode(payload) : payload

/** How a socket is made. */
export interface SimulatedSocketOptions {
  readonly name: string
  readonly timeline: Timeline
  readonly jetStreamApi: string
  readonly maxPayload: number
  /** A subject that nobody else has. */
  readonly makeInbox: () => string
}

/** A socket of the adapter on a connection to the simulated broker, or on none: as the real one behaves on a real broker. */
export class SimulatedSocket implements NatsSocket {
  readonly name: string
  readonly jetStreamApi: string
  readonly inbox: Effect.Effect<string>
  readonly flush: Effect.Effect<void, NatsError>
  readonly #options: SimulatedSocketOptions
  readonly #requests: SimulatedRequests
  readonly #subscriptions = new SimulatedSubscriptions()
  readonly #flushes = new Set<() => void>()
  readonly #strays = new Set<(message: NatsMessage) => void>()
  #connection: ServerConnection | undefined

  constructor(options: SimulatedSocketOptions) {
    this.#options = options
    this.name = options.name
    this.jetStreamApi = options.jetStreamApi
    this.inbox = Effect.sync(options.makeInbox)
    this.flush = this.#makeFlush()
    this.#requests = new SimulatedRequests(options.timeline, (message) => {
      for (const listener of this.#strays) listener(message)
    })
  }

  /** Whether there is a connection. */
  get isUp(): boolean {
    return this.#connection !== undefined
  }

  /** There is a connection now. */
  attach(connection: ServerConnection): void {
    this.#connection = connection
    this.#requests.attach(connection, this.#options.makeInbox())
    this.#subscriptions.attach(connection)
  }

  /** The connection is gone: whatever waits on it fails, in the order in which the real socket does that. */
  detach(): void {
    if (this.#connection === undefined) return
    this.#connection = undefined
    this.#subscriptions.detach()
    this.#requests.close(lostNow)
    for (const lost of this.#flushes) lost()
    this.#flushes.clear()
  }

  maxPayload(): number {
    return this.#connection === undefined ? 0 : this.#options.maxPayload
  }

  ask(question: Question, asker: Asker): void {
    this.#askNumbered(question, asker)
  }

  send(subject: string, payload: Uint8Array, headers: Uint8Array | undefined): NatsError | undefined {
    return this.#publish(subject, payload, headers, "")
  }

  publish(
    subject: string,
    payload: Uint8Array | string,
    options?: { readonly headers?: HeaderRecord | undefined; readonly reply?: string | undefined }
  ): Effect.Effect<void, NatsError> {
    return Effect.suspend(() => {
      const headers = attempt(
        subject,
        () => options?.headers === undefined ? undefined : encodeHeaders(options.headers)
      )
      if (headers instanceof NatsError) return Effect.fail(headers)
      const failed = this.#publish(subject, bytesOf(payload), headers, options?.reply ?? "")
      return failed === undefined ? Effect.void : Effect.fail(failed)
    })
  }

  readonly request: NatsSocket["request"] = (subject, payload, options) =>
    this.#asked(subject, payload, options, (message, finish) => {
      if (options.isAnswer === undefined || options.isAnswer(message)) finish(message)
    })

  readonly requestMany: NatsSocket["requestMany"] = (subject, payload, options) =>
    Effect.suspend(() => {
      const messages: Array<NatsMessage> = []
      return this.#asked(subject, payload, options, (message, finish) => {
        if (hasStatus(message)) finish({ messages, status: message.headers! })
        else messages.push(message)
      })
    })

  subscribe(options: SubscribeOptions): Effect.Effect<SocketSubscription, NatsError, Scope.Scope> {
    return Effect.suspend(() =>
      this.#connection === undefined && !options.resubscribe
        ? Effect.fail(notConnected)
        : this.#subscriptions.subscribe(options)
    )
  }

  onStray(listener: (message: NatsMessage) => void): Effect.Effect<void, never, Scope.Scope> {
    return Effect.asVoid(Effect.acquireRelease(
      Effect.sync(() => this.#strays.add(listener)),
      () => Effect.sync(() => this.#strays.delete(listener))
    ))
  }

  #makeFlush(): Effect.Effect<void, NatsError> {
    return Effect.callback((resume) => {
      if (this.#connection === undefined) return resume(Effect.fail(notConnected))
      const lost = () =>
        resume(Effect.fail(new NatsError({ reason: new Unanswered({ subject: "PING", detail: lostNow }) })))
      this.#flushes.add(lost)
      this.#connection.ping(() => {
        if (this.#flushes.delete(lost)) resume(Effect.void)
      })
      return Effect.sync(() => this.#flushes.delete(lost))
    })
  }

  #tooLarge(actualBytes: number): NatsError | undefined {
    const maxBytes = this.#options.maxPayload
    return actualBytes > maxBytes
      ? new NatsError({ reason: new MessageTooLarge({ maxBytes, actualBytes }) })
      : undefined
  }

  #publish(
    subject: string,
    payload: Uint8Array,
    headers: Uint8Array | undefined,
    reply: string
  ): NatsError | undefined {
    if (this.#connection === undefined) return notConnected
    const tooLarge = this.#tooLarge(payload.length + (headers?.length ?? 0))
    if (tooLarge !== undefined) return tooLarge
    this.#connection.publish({ subject, reply, headers, payload })
    return undefined
  }

  #askNumbered(question: Question, asker: Asker): number | undefined {
    if (this.#connection === undefined) {
      asker.onError(notConnected)
      return undefined
    }
    const tooLarge = this.#tooLarge(question.payload.length + (question.headers?.length ?? 0))
    if (tooLarge !== undefined) {
      asker.onError(tooLarge)
      return undefined
    }
    return this.#requests.ask(question, asker)
  }

  #asked<A>(
    subject: string,
    payload: Uint8Array | string,
    { headers, timeoutMillis }: Parameters<NatsSocket["request"]>[2],
    onAnswer: (message: NatsMessage, finish: (value: A) => void) => void
  ): Effect.Effect<A, NatsError> {
    return Effect.callback((resume) => {
      const encoded = attempt(subject, () => headers === undefined ? undefined : encodeHeaders(headers))
      if (encoded instanceof NatsError) return resume(Effect.fail(encoded))
      let isDone = false
      const number = this.#askNumbered({
        subject,
        payload: payload.length === 0 ? empty : bytesOf(payload),
        headers: encoded,
        timeoutMillis
      }, {
        onAnswer: (message) => {
          onAnswer(message, (value) => {
            isDone = true
            resume(Effect.succeed(value))
          })
          return !isDone
        },
        onError: (error) => resume(Effect.fail(error))
      })
      return number === undefined ? undefined : Effect.sync(() => this.#requests.giveUp(number))
    })
  }
}

/** What cannot be made is not sent. */
const attempt = <A>(subject: string, make: () => A): A | NatsError => {
  try {
    return make()
  } catch (error) {
    return fromClient(error, subject)
  }
}
