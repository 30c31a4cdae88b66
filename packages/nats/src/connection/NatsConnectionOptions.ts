import type { Duration } from "effect"
import type { NatsUrl } from "./NatsUrl.ts"
import type { CredentialFiles } from "./openClient.ts"

/** How to connect. Files are read again at each attempt, so renewed credentials need no restart. */
export interface NatsConnectionOptions extends CredentialFiles {
  readonly url: NatsUrl
  /** What the subjects that answers come on begin with. Default `_INBOX`. */
  readonly inboxPrefix?: string | undefined
  /** Shown to operators by `nats server report connections`. */
  readonly name: string
  /** The JetStream domain to use, where it is not that of the server: behind a leaf node. */
  readonly jetStreamDomain?: string | undefined
  /** Give up, with the last refusal, when the first connection has not come about by then. Default: never give up. */
  readonly giveUpAfter?: Duration.Input | undefined
  /** Longest time to flush and close, after which the sockets are simply cut. Default 2 seconds. */
  readonly closeTimeout?: Duration.Input | undefined
  /**
   * How often a broker that says nothing is asked whether it is there; two unanswered pings mean that the connection is
   * dead. Default 10 seconds.
   */
  readonly pingInterval?: Duration.Input | undefined
}
