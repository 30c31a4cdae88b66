import type { Randomness } from "../../time/Randomness.ts"
import type { Timeline } from "../../time/Timeline.ts"
import type { BrokerMessage } from "../message/BrokerMessage.ts"
import type { BrokerNode, Latency } from "./Network.ts"
import type { Subscription } from "./Subscription.ts"

/** What a connection tells the server that it is to. */
export interface ConnectionHost {
  readonly timeline: Timeline
  readonly randomness: Randomness
  readonly receive: (connection: ServerConnection, message: BrokerMessage) => void
  readonly subscribe: (subscription: Subscription) => void
  readonly unsubscribe: (subscription: Subscription) => void
}

/** Runs something when the process of the client can, or never once it is over. */
export type Turn = (run: () => void) => void

/**
 * A connection of a client to one server. What goes in one direction arrives in the order in which it was sent, each after a time of
 * its own; when the connection is cut, what is under way is lost in both.
 */
export class ServerConnection {
  readonly node: BrokerNode
  readonly #host: ConnectionHost
  readonly #latency: Latency
  readonly #onCut: (cause: string) => void
  readonly #subscriptions = new Set<Subscription>()
  #upAt = 0
  #downAt = 0
  /** Nothing arrives before this time. */
  #heldUntil = 0
  isOpen = true

  readonly #turn: Turn

  /** `turn` is how the client runs what comes to it. */
  constructor(
    node: BrokerNode,
    host: ConnectionHost,
    latency: Latency,
    onCut: (cause: string) => void,
    turn: Turn = (run) => run()
  ) {
    this.#turn = turn
    this.node = node
    this.#host = host
    this.#latency = latency
    this.#onCut = onCut
  }

  get subscriptions(): ReadonlySet<Subscription> {
    return this.#subscriptions
  }

  /** The client sends something. */
  publish(message: BrokerMessage): void {
    this.#up(() => this.#host.receive(this, message))
  }

  subscribe(subscription: Subscription): void {
    this.#up(() => {
      this.#subscriptions.add(subscription)
      this.#host.subscribe(subscription)
    })
  }

  /** Tells the server to send no more; `onEnd` says when what it had sent has arrived. */
  unsubscribe(subscription: Subscription): void {
    this.#up(() => {
      this.#subscriptions.delete(subscription)
      this.#host.unsubscribe(subscription)
      this.#down(subscription.onEnd)
    })
  }

  /** Runs when the server has seen all that was sent before, and what it sent before that has arrived. */
  ping(onPong: () => void): void {
    this.#up(() => this.#down(onPong))
  }

  /** The server sends something to a subscription. */
  deliver(subscription: Subscription, message: BrokerMessage): void {
    this.#down(() => subscription.onMessage(message))
  }

  /** Nothing arrives in either direction for so many milliseconds; then it does. */
  hold(millis: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#host.timeline.now() + millis)
  }

  /** Ends it: what is under way is lost, and the client is told. */
  cut(cause: string): void {
    if (!this.isOpen) return
    this.close()
    this.#turn(() => this.#onCut(cause))
  }

  /** Ends it, at the wish of the client. */
  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const subscription of this.#subscriptions) this.#host.unsubscribe(subscription)
    this.#subscriptions.clear()
  }

  #up(run: () => void): void {
    this.#upAt = this.#after(this.#upAt, run)
  }

  #down(run: () => void): void {
    this.#downAt = this.#after(this.#downAt, () => this.#turn(run))
  }

  /** Puts something after what was sent before; gives when. */
  #after(last: number, run: () => void): number {
    const { randomness, timeline } = this.#host
    const { max, min } = this.#latency
    const now = timeline.now()
    const at = Math.max(last, this.#heldUntil, now + randomness.between(min, max))
    timeline.after(at - now, () => {
      if (this.isOpen) run()
    })
    return at
  }
}
