import type { NatsConnection as Client, Subscription } from "@nats-io/nats-core"
import { Effect, type Scope } from "effect"
import type { NatsMessage } from "../message/NatsMessage.ts"
import { type Link, notConnected } from "./Link.ts"
import { fromClient, NatsError, Unanswered } from "./NatsError.ts"

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

interface Registration {
  readonly options: SubscribeOptions
  live: Subscription | undefined
  /** Subscribed again as soon as it has ended. */
  catchingUp: Subscription | undefined
  over: boolean
  end: ((error: NatsError) => void) | undefined
}

/** What a socket is subscribed to, through one connection after the other. */
export class Subscriptions {
  readonly #link: Link
  readonly #registrations = new Set<Registration>()

  constructor(link: Link) {
    this.#link = link
  }

  /** Subscribes as long as the scope lives. */
  subscribe(options: SubscribeOptions): Effect.Effect<SocketSubscription, NatsError, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.suspend(() => {
        const registration: Registration = {
          options,
          live: undefined,
          catchingUp: undefined,
          over: false,
          end: undefined
        }
        const client = this.#link.live()
        if (client !== undefined) this.#open(registration, client)
        else if (!options.resubscribe) return Effect.fail(notConnected)
        this.#registrations.add(registration)
        return Effect.succeed(registration)
      }),
      (registration) =>
        Effect.sync(() => {
          this.#leave(registration)
          registration.live?.unsubscribe()
        })
    ).pipe(Effect.map((registration) => ({
      drain: Effect.suspend(() => {
        this.#leave(registration)
        const { live } = registration
        return live === undefined || live.isClosed() ? Effect.void : drained(live)
      }),
      catchUp: Effect.suspend(() => {
        const { live } = registration
        if (registration.over || live === undefined || live.isClosed()) return Effect.void
        registration.catchingUp = live
        return drained(live)
      })
    })))
  }

  /** Subscribes to all of it again, on a new connection. */
  attach(client: Client): void {
    for (const registration of this.#registrations) this.#open(registration, client)
  }

  /** The connection is gone. */
  detach(): void {
    for (const registration of this.#registrations) registration.live = undefined
  }

  /** None of them can be relied on any more. */
  endAll(error: NatsError): void {
    for (const registration of this.#registrations) registration.end?.(error)
  }

  #leave(registration: Registration): void {
    registration.over = true
    this.#registrations.delete(registration)
  }

  #open(registration: Registration, client: Client): void {
    const { onEnd, onMessage, queue, subject } = registration.options
    const end = (error: NatsError) => {
      if (registration.over) return
      this.#leave(registration)
      onEnd(error)
    }
    registration.end = end
    const live = client.subscribe(subject, {
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
      const isLost = !this.#link.isLive(client)
      if (isLost && registration.options.resubscribe) return
      if (registration.catchingUp === live && !isLost && !registration.over) return this.#open(registration, client)
      const detail = isLost ? "the connection was lost" : "the subscription ended"
      end(
        error instanceof Error
          ? fromClient(error, subject)
          : new NatsError({ reason: new Unanswered({ subject, detail }) })
      )
    })
  }
}

/** A drain does not end by itself when the connection breaks. */
const drained = (live: Subscription): Effect.Effect<void> =>
  Effect.asVoid(Effect.promise(() => Promise.race([live.drain().catch(() => undefined), live.closed])))
