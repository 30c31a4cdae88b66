import {
  type Msg,
  type NatsConnection as Client,
  PermissionViolationError,
  type Subscription
} from "@nats-io/nats-core"
import { fromClient, NatsError, NoResponders, Unanswered } from "../NatsError.ts"
import { bytesOf, encodeHeaders, type HeaderRecord } from "./HeaderRecord.ts"

/** What is asked. */
export interface Question {
  readonly subject: string
  readonly payload: Uint8Array | string
  readonly headers: HeaderRecord | undefined
  /** How long to wait for the last answer, in milliseconds. */
  readonly timeoutMillis: number
}

/** Who asks. Called synchronously, and no more after `onError` or once `onAnswer` wants no more. */
export interface Asker {
  /** Gives whether more answers are wanted. */
  readonly onAnswer: (message: Msg) => boolean
  readonly onError: (error: NatsError) => void
}

interface Waiting extends Asker {
  readonly subject: string
  readonly timer: NodeJS.Timeout
}

/**
 * Requests over one connection, whose answers all come over one subscription.
 *
 * The client has requests of its own. They make four promises and, for each answer that comes in time, an error with a
 * stack trace; and since what waits for a promise runs later, what it sends goes to the socket in a write of its own.
 * Without them a command takes an eighth less processor time.
 */
export class RequestInbox {
  private readonly client: Client
  private readonly inbox: string
  private readonly onStray: (message: Msg) => void
  private readonly waiting = new Map<string, Waiting>()
  private subscription: Subscription | undefined
  private asked = 0

  /** `onStray` is told of answers that nobody waits for any more. */
  constructor(client: Client, inbox: string, onStray: (message: Msg) => void = () => {}) {
    this.client = client
    this.inbox = inbox
    this.onStray = onStray
    void this.followRefusals()
  }

  /** Sends a request. Gives what gives it up. */
  ask({ headers, payload, subject, timeoutMillis }: Question, asker: Asker): () => void {
    this.subscription ??= this.subscribe()
    const reply = `${this.inbox}.${this.asked++}`
    const timer = setTimeout(
      () => this.fail(reply, new NatsError({ reason: new Unanswered({ subject, detail: "timeout" }) })),
      timeoutMillis
    )
    this.waiting.set(reply, { ...asker, subject, timer })
    try {
      this.client.publish(subject, bytesOf(payload), {
        reply,
        ...(headers === undefined ? {} : { headers: encodeHeaders(headers) })
      })
    } catch (error) {
      this.fail(reply, fromClient(error, subject))
    }
    return () => void this.take(reply)
  }

  /** Fails whatever still waits: no answer will come any more. */
  close(detail: string): void {
    for (const [reply, { subject }] of this.waiting) {
      this.fail(reply, new NatsError({ reason: new Unanswered({ subject, detail }) }))
    }
  }

  /** Fails whatever still waits; the next request subscribes again. */
  refuse(error: NatsError): void {
    this.subscription?.unsubscribe()
    this.subscription = undefined
    for (const reply of this.waiting.keys()) this.fail(reply, error)
  }

  private subscribe(): Subscription {
    return this.client.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) return this.answer(message)
        // The next request tries again.
        this.subscription = undefined
        for (const [reply, { subject }] of this.waiting) this.fail(reply, fromClient(error, subject))
      }
    })
  }

  private answer(message: Msg): void {
    const waiting = this.waiting.get(message.subject)
    if (waiting === undefined) return this.onStray(message)
    const { subject } = waiting
    try {
      if (message.data.length === 0 && message.headers?.code === 503) {
        this.fail(message.subject, new NatsError({ reason: new NoResponders({ subject }) }))
      } else if (!waiting.onAnswer(message)) this.take(message.subject)
    } catch (thrown) {
      // Headers that cannot be read throw. Thrown on, it would end the client's reader, and the connection would be deaf.
      this.fail(message.subject, fromClient(thrown, subject))
    }
  }

  private take(reply: string): Waiting | undefined {
    const waiting = this.waiting.get(reply)
    clearTimeout(waiting?.timer)
    this.waiting.delete(reply)
    return waiting
  }

  private fail(reply: string, error: NatsError): void {
    this.take(reply)?.onError(error)
  }

  /** The broker names the subject that may not be published on, and not the request: it is the one that waits longest. */
  private async followRefusals(): Promise<void> {
    for await (const status of this.client.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue
      const { operation, subject } = status.error
      if (operation !== "publish") continue
      for (const [reply, waiting] of this.waiting) {
        if (waiting.subject !== subject) continue
        this.fail(reply, fromClient(status.error, subject))
        break
      }
    }
  }
}
