import type { BrokerMessage } from "../message/BrokerMessage.ts"
import type { BrokerNode } from "./Network.ts"

/** A connection, as far as those who send to its subscriptions see it. */
export interface Subscriber {
  readonly node: BrokerNode
  readonly subscriptions: ReadonlySet<Subscription>
  /** Sends something to a subscription. */
  readonly deliver: (subscription: Subscription, message: BrokerMessage) => void
  /** Sends no more to it; its `onEnd` says when what was sent has arrived. */
  readonly unsubscribe: (subscription: Subscription) => void
}

/** What one connection listens to. */
export interface Subscription {
  readonly subject: string
  /** Of those with the same queue one gets each message; empty for everybody. */
  readonly queue: string
  readonly connection: Subscriber
  /** Called when a message has come all the way. */
  readonly onMessage: (message: BrokerMessage) => void
  /** The broker knows it no more, and what was under way to it has arrived. */
  readonly onEnd: () => void
}
