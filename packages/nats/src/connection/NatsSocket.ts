import type { MsgHdrs, NatsConnection as Client, Subscription } from "@nats-io/nats-core"
import { Effect, type Scope } from "effect"
import { bytesOf, clientHeaders, encodeHeaders, type HeaderRecord } from "../message/HeaderRecord.ts"
import { hasStatus } from "../message/HeaderValues.ts"
import type { NatsMessage } from "../message/NatsMessage.ts"
import { Disconnected, fromClient, MessageTooLarge, NatsError, Unanswered, Unexpected } from "./NatsError.ts"
import { noRoomFor } from "./noRoomFor.ts"
import { type Asker, type Question, RequestInbox } from "./RequestInbox.ts"

export type { HeaderRecord, NatsMessage }

/** What a request carries besides its payload. */
export interface RequestOptions {
  readonly headers?: HeaderRecord | undefined
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMillis: number
  /** Whether a message is the answer, called synchronously: others are passed over. By default the first one is. */
  readonly isAnswer?: ((message: NatsMessage) => boolean) | undefined
}

/** The messages of a many-message answer and the status that ended it. */
export interface ManyAnswer {
  readonly messages: ReadonlyArray<NatsMessage>
  /** Headers of the last message; `code` is 204 (end of batch), 404 (nothing), or an error. */
  readonly status: MsgHdrs
}

/** What a subscription listens to and whom it tells. All functions are called synchronously and must not throw. */
export interface SubscribeOptions {
  readonly subject: string
  readonly queue?: string | undefined
  readonly onMessage: (message: NatsMessage) => void
  /** The subscription ended other than by closing its scope; it does not come back. */
  readonly onEnd: (error: NatsError) => void
  /** Keep the subscription through lost connections. Otherwise losing the connection ends it. */
  readonly resubscribe: boolean
}

/** A live subscription. */
export interface SocketSubscription {
  /** Tells the broker to send no more, and waits until what it had sent has been delivered. Then the subscription is over. */
  readonly drain: Effect.Effect<void>
  /** Tells the broker to send no more, waits until what it had sent has been delivered, and subscribes again. */
  readonly catchUp: Effect.Effect<void>
}

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
    options?: { readonly headers?: HeaderRecord | undefined; readonly reply?: string | undefined }
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

interface Registration {
  readonly options: SubscribeOptions
  live: Subscription | undefined
  /** Subscribed again as soon as it has ended. */
  catchingUp: Subscription | undefined
  over: boolean
  end: ((error: NatsError) => void) | undefined
}

/** A {@link NatsSocket} with the side that its connect loop uses. */
export interface SocketDriver {
  readonly socket: NatsSocket
  readonly attach: (client: Client) => void
  readonly detach: () => void
  readonly current: () => Client | undefined
}

/**
 * Whether what is sent now goes out on a connection, or fails with it. A client counts as open for a while after its
 * transport broke and would put what it is given into a buffer that nobody sends, so its transport is asked as well.
 */
const isLive = (client: Client | undefined): client is Client => {
  if (client === undefined || client.isClosed() || client.isDraining()) return false
  const { protocol } = client as { readonly protocol?: { readonly connected?: boolean } }
  return protocol?.connected !== false
}

/** Makes a socket that is not connected yet. */
export const make = (name: string, makeInbox: () => string, jetStreamApi = "$JS.API"): SocketDriver => {
  let client: Client | undefined
  const registrations = new Set<Registration>()
  let requests: RequestInbox | undefined
  const flushes = new Set<() => void>()
  const strayListeners = new Set<(message: NatsMessage) => void>()

  const notConnected = new NatsError({ reason: new Disconnected({ detail: "waiting for the broker" }) })

  const open = (registration: Registration, on: Client): void => {
    const { onEnd, onMessage, queue, subject } = registration.options
    const end = (error: NatsError) => {
      if (registration.over) return
      registration.over = true
      registrations.delete(registration)
      onEnd(error)
    }
    registration.end = end
    const live = on.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error !== null) return end(fromClient(error, subject))
        try {
          onMessage(message)
        } catch (thrown) {
          // Thrown on, it would end the client's reader, and the connection would be deaf.
          end(fromClient(thrown, subject))
        }
      }
    })
    registration.live = live
    void live.closed.then((error) => {
      const lost = client !== on || !isLive(on)
      if (lost && registration.options.resubscribe) return
      if (registration.catchingUp === live && !lost && !registration.over) return open(registration, on)
      const detail = lost ? "the connection was lost" : "the subscription ended"
      end(
        error instanceof Error
          ? fromClient(error, subject)
          : new NatsError({ reason: new Unanswered({ subject, detail }) })
      )
    })
  }

  /**
   * The broker refuses subscriptions beyond its limit, does not say which, and keeps the connection. None of them can be
   * relied on then, and nobody hears what comes on the refused one.
   */
  const followRefusals = async (from: Client): Promise<void> => {
    for await (const status of from.status()) {
      if (status.type !== "error" || !/maximum subscriptions exceeded/i.test(status.error.message)) continue
      const error = new NatsError({ reason: new Unexpected({ code: 0, detail: status.error.message }) })
      for (const registration of registrations) registration.end?.(error)
      requests?.refuse(error)
    }
  }

  const lostNow = "the connection was lost"

  const ask = <A>(
    subject: string,
    payload: Uint8Array | string,
    { headers, timeoutMillis }: RequestOptions,
    onAnswer: (message: NatsMessage, settle: (value: A) => void) => void
  ): Effect.Effect<A, NatsError> =>
    Effect.callback((resume) => {
      const question = attempt(subject, () => ({
        subject,
        payload: bytesOf(payload),
        headers: headers === undefined ? undefined : encodeHeaders(headers),
        timeoutMillis
      }))
      if (question instanceof NatsError) return resume(Effect.fail(question))
      if (!isLive(client) || requests === undefined) return resume(Effect.fail(notConnected))
      const noRoom = noRoomFor(client, question.payload.length)
      if (noRoom !== undefined) return resume(Effect.fail(noRoom))
      const inbox = requests
      let settled = false
      const number = inbox.ask(question, {
        onAnswer: (message) => {
          onAnswer(message, (value) => {
            settled = true
            resume(Effect.succeed(value))
          })
          return !settled
        },
        onError: (error) => resume(Effect.fail(guardSize(error, sizeOf(question))))
      })
      return Effect.sync(() => inbox.giveUp(number))
    })

  const send: NatsSocket["send"] = (subject, payload, headers) => {
    if (!isLive(client)) return notConnected
    const noRoom = noRoomFor(client, payload.length)
    if (noRoom !== undefined) return noRoom
    try {
      client.publish(subject, payload, headers === undefined ? {} : { headers: clientHeaders(headers) })
      return undefined
    } catch (error) {
      return guardSize(fromClient(error, subject), sizeOf({ payload, headers }))
    }
  }

  const guardSize = (error: NatsError, bytes: number) => {
    if (error.reason._tag !== "MessageTooLarge" || error.reason.maxBytes > 0) return error
    const maxBytes = client?.info?.max_payload ?? 0
    return new NatsError({ reason: new MessageTooLarge({ maxBytes, actualBytes: bytes }) })
  }

  const socket: NatsSocket = {
    name,
    jetStreamApi,
    request: (subject, payload, options) =>
      ask(subject, payload, options, (message, settle) => {
        if (options.isAnswer === undefined || options.isAnswer(message)) settle(message)
      }),
    requestMany: (subject, payload, options) =>
      Effect.suspend(() => {
        const messages: Array<NatsMessage> = []
        return ask<ManyAnswer>(subject, payload, options, (message, settle) => {
          if (hasStatus(message)) settle({ messages, status: message.headers! })
          else messages.push(message)
        })
      }),
    publish: (subject, payload, options) =>
      Effect.suspend(() => {
        if (!isLive(client)) return Effect.fail(notConnected)
        const noRoom = noRoomFor(client, payload.length)
        if (noRoom !== undefined) return Effect.fail(noRoom)
        try {
          client.publish(subject, bytesOf(payload), {
            ...(options?.headers === undefined ? {} : { headers: clientHeaders(encodeHeaders(options.headers)) }),
            ...(options?.reply === undefined ? {} : { reply: options.reply })
          })
          return Effect.void
        } catch (error) {
          const bytes = bytesOf(payload).length + (options?.headers === undefined ? 0 : headerBytes(options.headers))
          return Effect.fail(guardSize(fromClient(error, subject), bytes))
        }
      }),
    subscribe: (options) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          const registration: Registration = {
            options,
            live: undefined,
            catchingUp: undefined,
            over: false,
            end: undefined
          }
          if (isLive(client)) open(registration, client)
          else if (!options.resubscribe) return Effect.fail(notConnected)
          registrations.add(registration)
          return Effect.succeed(registration)
        }),
        (registration) =>
          Effect.sync(() => {
            registration.over = true
            registrations.delete(registration)
            registration.live?.unsubscribe()
          })
      ).pipe(Effect.map((registration) => ({
        drain: Effect.suspend(() => {
          registration.over = true
          registrations.delete(registration)
          const live = registration.live
          if (live === undefined || live.isClosed()) return Effect.void
          return drained(live)
        }),
        catchUp: Effect.suspend(() => {
          const live = registration.live
          if (registration.over || live === undefined || live.isClosed()) return Effect.void
          registration.catchingUp = live
          return drained(live)
        })
      }))),
    flush: Effect.callback((resume) => {
      if (!isLive(client)) return resume(Effect.fail(notConnected))
      const lost = () => {
        resume(Effect.fail(new NatsError({ reason: new Unanswered({ subject: "PING", detail: lostNow }) })))
      }
      flushes.add(lost)
      client.flush().finally(() => flushes.delete(lost)).then(
        () => resume(Effect.void),
        (error) => resume(Effect.fail(fromClient(error, "PING")))
      )
      return Effect.sync(() => flushes.delete(lost))
    }),
    ask: (question, asker) => {
      if (!isLive(client) || requests === undefined) return asker.onError(notConnected)
      const noRoom = noRoomFor(client, question.payload.length)
      if (noRoom !== undefined) return asker.onError(noRoom)
      requests.ask(question, asker)
    },
    send,
    maxPayload: () => client?.info?.max_payload ?? 0,
    inbox: Effect.sync(makeInbox),
    onStray: (listener) =>
      Effect.asVoid(Effect.acquireRelease(
        Effect.sync(() => strayListeners.add(listener)),
        () => Effect.sync(() => strayListeners.delete(listener))
      ))
  }

  return {
    socket,
    current: () => client,
    attach: (next) => {
      client = next
      requests = new RequestInbox(next, makeInbox(), (message) => {
        for (const listener of strayListeners) listener(message)
      })
      for (const registration of registrations) open(registration, next)
      void followRefusals(next)
    },
    detach: () => {
      client = undefined
      for (const registration of registrations) registration.live = undefined
      requests?.close(lostNow)
      requests = undefined
      for (const lost of flushes) lost()
      flushes.clear()
    }
  }
}

/** A drain does not end by itself when the connection breaks. */
const drained = (live: Subscription): Effect.Effect<void> =>
  Effect.asVoid(Effect.promise(() => Promise.race([live.drain().catch(() => undefined), live.closed])))

const sizeOf = ({ headers, payload }: Pick<Question, "headers" | "payload">): number =>
  payload.length + (headers?.length ?? 0)

/** What cannot be made does not reach the client. */
const attempt = <A>(subject: string, make: () => A): A | NatsError => {
  try {
    return make()
  } catch (error) {
    return fromClient(error, subject)
  }
}

/** Bytes that headers take on the wire: `NATS/1.0`, one line each, an empty line. */
export const headerBytes = (headers: HeaderRecord): number => {
  let bytes = 12
  for (const name in headers) bytes += name.length + Buffer.byteLength(headers[name]!) + 4
  return bytes
}
