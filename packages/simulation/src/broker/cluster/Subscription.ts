import type { BrokerMessage } from "../message/BrokerMessage.ts"
import type { ServerConnection } from "./ServerConnection.ts"

/** What one connection listens to. */
export interface Subscription {
  readonly subject: string
  /** Of those with the same queue one gets each message; empty for everybody. */
  readonly queue: string
  readonly connection: ServerConnection
  /** Called when a message has come all the way. */
  readonly onMessage: (message: BrokerMessage) => void
  /** The broker knows it no more, and what was under way to it has arrived. */
  readonly onEnd: () => void
}
