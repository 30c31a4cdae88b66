import type { Randomness } from "../../time/Randomness.ts"
import type { Timeline } from "../../time/Timeline.ts"
import type { BrokerMessage } from "../message/BrokerMessage.ts"
import { Lane } from "./Lane.ts"
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

/**
 * A connection of a client to one server. What goes in one direction arrives in the order in which it was sent, each after a time of
 * its own; when the connection is cut, what is under way is lost in both.
 */
export class ServerConnection {
  readonly client: string
  readonly node: BrokerNode
  /** How many times as long as usual everything takes. */
  factor = 1
  readonly #host: ConnectionHost
  readonly #latency: Latency
  readonly #onEnd: (cause: string | undefined) => void
  readonly #subscriptions = new Set<Subscription>()
  readonly #up: Lane
  readonly #down: Lane
  /** When the connection is gone: what the client had sent before still arrives up to then, as far as it was on its way. */
  #arrivesUntil = 0
  /** Nothing arrives before this time. */
  #heldUntil = 0
  isOpen = true
  /** How the client runs what comes to it: when its process can, or never. */
  turn: (run: () => void) => void = (run) => run()

  /** `onEnd` is told why it was cut, or nothing when the client closed it. */
  constructor(
    client: string,
    node: BrokerNode,
    host: ConnectionHost,
    latency: Latency,
    onEnd: (cause: string | undefined) => void
  ) {
    this.client = client
    this.node = node
    this.#host = host
    this.#latency = latency
    this.#up = new Lane(host.timeline)
    this.#down = new Lane(host.timeline)
    this.#onEnd = onEnd
  }

  get subscriptions(): ReadonlySet<Subscription> {
    return this.#subscriptions
  }

  /** The client sends something. */
  publish(message: BrokerMessage): void {
    this.#toServer(() => this.#host.receive(this, message))
  }

  subscribe(subscription: Subscription): void {
    this.#toServer(() => {
      if (!this.isOpen) return
      this.#subscriptions.add(subscription)
      this.#host.subscribe(subscription)
    })
  }

  /** Tells the server to send no more; `onEnd` says when what it had sent has arrived. */
  unsubscribe(subscription: Subscription): void {
    this.#toServer(() => {
      this.#subscriptions.delete(subscription)
      this.#host.unsubscribe(subscription)
      this.#toClient(subscription.onEnd)
    })
  }

  /** Runs when the server has seen all that was sent before, and what it sent before that has arrived. */
  ping(onPong: () => void): void {
    this.#toServer(() => this.#toClient(onPong))
  }

  /** The server sends something to a subscription. */
  deliver(subscription: Subscription, message: BrokerMessage): void {
    this.#toClient(() => subscription.onMessage(message))
  }

  /** Nothing arrives in either direction for so many milliseconds; then it does. */
  hold(millis: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#host.timeline.now() + millis)
  }

  /** Ends it: what is under way is lost, and the client is told. */
  cut(cause: string): void {
    this.#end(cause)
  }

  /** Ends it, at the wish of the client. */
  close(): void {
    this.#end(undefined)
  }

  #end(cause: string | undefined): void {
    if (!this.isOpen) return
    this.isOpen = false
    const { randomness, timeline } = this.#host
    const now = timeline.now()
    // A server reads what has come to it, although nobody waits for its answers any more.
    this.#arrivesUntil = randomness.chance(0.5) ? now : randomness.between(now, Math.max(now, this.#up.lastAt))
    for (const subscription of this.#subscriptions) this.#host.unsubscribe(subscription)
    this.#subscriptions.clear()
    this.#onEnd(cause)
  }

  #toServer(run: () => void): void {
    this.#up.send(this.#time(), () => {
      const isRead = this.isOpen || (this.node.isUp && this.#host.timeline.now() <= this.#arrivesUntil)
      if (isRead) run()
    })
  }

  #toClient(run: () => void): void {
    this.#down.send(this.#time(), () => {
      if (this.isOpen) this.turn(run)
    })
  }

  /** How long the next message takes. */
  #time(): number {
    const { randomness, timeline } = this.#host
    const { max, min } = this.#latency
    return Math.max(this.#heldUntil - timeline.now(), randomness.between(min, max) * this.factor)
  }
}
