import { fromClient, NatsError, Unanswered } from "@cim-domain/nats/NatsError"
import type { SocketSubscription, SubscribeOptions } from "@cim-domain/nats/NatsSocket"
import { Effect, type Scope } from "effect"
import type { ServerConnection } from "../cluster/ServerConnection.ts"
import type { Subscription } from "../cluster/Subscription.ts"
import { receivedMessage } from "./receivedMessage.ts"

interface Registration {
  readonly options: SubscribeOptions
  live: Subscription | undefined
  /** Told when `live` has ended. */
  ended: Array<() => void>
  over: boolean
}

/** What a socket is subscribed to, through one connection after the other. */
export class SimulatedSubscriptions {
  readonly #registrations = new Set<Registration>()
  #connection: ServerConnection | undefined

  /** Subscribes as long as the scope lives. */
  subscribe(options: SubscribeOptions): Effect.Effect<SocketSubscription, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => {
        const registration: Registration = { options, live: undefined, ended: [], over: false }
        if (this.#connection !== undefined) this.#open(registration, this.#connection)
        this.#registrations.add(registration)
        return registration
      }),
      (registration) =>
        Effect.sync(() => {
          this.#leave(registration)
          const { live } = registration
          registration.live = undefined
          live?.connection.unsubscribe(live)
        })
    ).pipe(Effect.map((registration) => ({
      drain: Effect.suspend(() => {
        this.#leave(registration)
        return this.#drained(registration)
      }),
      catchUp: Effect.suspend(() => {
        if (registration.over) return Effect.void
        return Effect.map(this.#drained(registration), () => {
          if (registration.over || registration.live !== undefined || this.#connection === undefined) return
          this.#open(registration, this.#connection)
        })
      })
    })))
  }

  /** Subscribes to all of it again, on a new connection. */
  attach(connection: ServerConnection): void {
    this.#connection = connection
    for (const registration of this.#registrations) this.#open(registration, connection)
  }

  /** The connection is gone, and so are those that do not come back. */
  detach(): void {
    this.#connection = undefined
    for (const registration of this.#registrations) {
      registration.live = undefined
      this.#tellEnded(registration)
      if (!registration.options.resubscribe) this.#end(registration, lost(registration.options.subject))
    }
  }

  #open(registration: Registration, connection: ServerConnection): void {
    const { onMessage, queue = "", subject } = registration.options
    const live: Subscription = {
      subject,
      queue,
      connection,
      onMessage: (message) => {
        try {
          // What was sent before it was drained still comes.
          if (registration.live === live) onMessage(receivedMessage(message))
        } catch (thrown) {
          this.#end(registration, fromClient(thrown, subject))
        }
      },
      onEnd: () => {
        if (registration.live === live) registration.live = undefined
        this.#tellEnded(registration)
      }
    }
    registration.live = live
    connection.subscribe(live)
  }

  /** Tells the broker to send no more, and waits until what it had sent has come, or the connection is lost. */
  #drained(registration: Registration): Effect.Effect<void> {
    return Effect.callback((resume) => {
      const { live } = registration
      if (live === undefined) return resume(Effect.void)
      registration.ended.push(() => resume(Effect.void))
      live.connection.unsubscribe(live)
    })
  }

  #tellEnded(registration: Registration): void {
    for (const told of registration.ended.splice(0)) told()
  }

  #leave(registration: Registration): void {
    registration.over = true
    this.#registrations.delete(registration)
  }

  #end(registration: Registration, error: NatsError): void {
    if (registration.over) return
    this.#leave(registration)
    registration.options.onEnd(error)
  }
}

const lost = (subject: string) =>
  new NatsError({ reason: new Unanswered({ subject, detail: "the connection was lost" }) })
