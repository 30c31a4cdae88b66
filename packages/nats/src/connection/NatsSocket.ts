import type { NatsConnection as Client } from "@nats-io/nats-core"
import { Effect, type Scope } from "effect"
import type { HeaderRecord } from "../message/HeaderRecord.ts"
import type { NatsMessage } from "../message/NatsMessage.ts"
import { Link, notConnected } from "./Link.ts"
import { fromClient, NatsError, Unanswered, Unexpected } from "./NatsError.ts"
import { publish, type PublishOptions, send } from "./publish.ts"
import { askBy, type ManyAnswer, request, requestMany, type RequestOptions } from "./request.ts"
import { type Asker, type Question, RequestInbox } from "./RequestInbox.ts"
import { type SocketSubscription, type SubscribeOptions, Subscriptions } from "./Subscriptions.ts"

export type { HeaderRecord, ManyAnswer, NatsMessage, RequestOptions, SocketSubscription, SubscribeOptions }

/**
 * One connection that comes back after each loss.
 *
 * Nothing is ever parked: while there is no connection everything fails at once with `Disconnected`, and what was in
 * flight when the connection broke fails at once with `Unanswered`. So does, with `Busy`, what would be more than may wait for a
 * broker that is slow to take it.
 */
export interface NatsSocket {
  readonly name: string
  /** What the subjects of the JetStream API begin with: `$JS.API`, or that of a domain, `$JS.<domain>.API`. */
  readonly jetStreamApi: string
  /** Sends a request and waits for one answer: one round trip. */
  readonly request: (
    subject: string,
    payload: Uint8Array | string,
    options: RequestOptions
  ) => Effect.Effect<NatsMessage, NatsError>
  /** Sends a request and collects answers until one carries a status: one round trip. */
  readonly requestMany: (
    subject: string,
    payload: Uint8Array | string,
    options: RequestOptions
  ) => Effect.Effect<ManyAnswer, NatsError>
  /** Sends without an answer. Succeeds when the message is on its way, which does not mean that it arrives. */
  readonly publish: (
    subject: string,
    payload: Uint8Array | string,
    options?: PublishOptions
  ) => Effect.Effect<void, NatsError>
  readonly subscribe: (options: SubscribeOptions) => Effect.Effect<SocketSubscription, NatsError, Scope.Scope>
  /** Waits until the broker has seen everything sent before. */
  readonly flush: Effect.Effect<void, NatsError>
  /** As `request`, told by a callback, perhaps at once. */
  readonly ask: (question: Question, asker: Asker) => void
  /** As `publish`, at once; gives why it could not be sent, if so. */
  readonly send: (subject: string, payload: Uint8Array, headers: Uint8Array | undefined) => NatsError | undefined
  /** Largest message that the server takes, 0 when unknown. */
  readonly maxPayload: () => number
  /** A fresh subject that only this connection receives. */
  readonly inbox: Effect.Effect<string>
  /** Is told, synchronously, of answers that nobody waits for (any more), until the scope closes. */
  readonly onStray: (listener: (message: NatsMessage) => void) => Effect.Effect<void, never, Scope.Scope>
}

/** A {@link NatsSocket} with the side that its connect loop uses. */
export interface SocketDriver {
  readonly socket: NatsSocket
  readonly attach: (client: Client) => void
  readonly detach: () => void
  readonly current: () => Client | undefined
}

/**
 * The broker refuses subscriptions beyond its limit, does not say which, and keeps the connection. None of them can be
 * relied on then, and nobody hears what comes on the refused one.
 */
const followRefusals = async (client: Client, onRefusal: (error: NatsError) => void): Promise<void> => {
  for await (const status of client.status()) {
    if (status.type !== "error" || !/maximum subscriptions exceeded/i.test(status.error.message)) continue
    onRefusal(new NatsError({ reason: new Unexpected({ code: 0, detail: status.error.message }) }))
  }
}

/** Waits until the broker has seen what was sent. `flushes` are told when the connection is lost: the client says nothing. */
const flush = (link: Link, flushes: Set<() => void>): Effect.Effect<void, NatsError> =>
  Effect.callback((resume) => {
    const client = link.live()
    if (client === undefined) return resume(Effect.fail(notConnected))
    const lost = () => {
      resume(Effect.fail(new NatsError({ reason: new Unanswered({ subject: "PING", detail: lostNow }) })))
    }
    flushes.add(lost)
    client.flush().finally(() => flushes.delete(lost)).then(
      () => resume(Effect.void),
      (error) => resume(Effect.fail(fromClient(error, "PING")))
    )
    return Effect.sync(() => flushes.delete(lost))
  })

const lostNow = "the connection was lost"

/** Makes a socket that is not connected yet. */
export const make = (name: string, makeInbox: () => string, jetStreamApi = "$JS.API"): SocketDriver => {
  const link = new Link()
  const subscriptions = new Subscriptions(link)
  const flushes = new Set<() => void>()
  const strayListeners = new Set<(message: NatsMessage) => void>()
  const onStray = (message: NatsMessage) => {
    for (const listener of strayListeners) listener(message)
  }

  const socket: NatsSocket = {
    name,
    jetStreamApi,
    request: (subject, payload, options) => request(link, subject, payload, options),
    requestMany: (subject, payload, options) => requestMany(link, subject, payload, options),
    publish: (subject, payload, options) => publish(link, subject, payload, options),
    subscribe: (options) => subscriptions.subscribe(options),
    flush: flush(link, flushes),
    ask: (question, asker) => askBy(link, question, asker),
    send: (subject, payload, headers) => send(link, subject, payload, headers),
    maxPayload: () => link.maxPayload(),
    inbox: Effect.sync(makeInbox),
    onStray: (listener) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.sync(() => strayListeners.add(listener)),
        () => Effect.sync(() => strayListeners.delete(listener))
      ))
  }

  return {
    socket,
    current: () => link.client,
    attach: (client) => {
      link.client = client
      link.requests = new RequestInbox(client, makeInbox(), onStray)
      subscriptions.attach(client)
      void followRefusals(client, (error) => {
        subscriptions.endAll(error)
        link.requests?.refuse(error)
      })
    },
    detach: () => {
      link.client = undefined
      subscriptions.detach()
      link.requests?.close(lostNow)
      link.requests = undefined
      for (const lost of flushes) lost()
      flushes.clear()
    }
  }
}
