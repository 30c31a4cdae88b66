import type { BrokerFault } from "../broker/faults/BrokerFault.ts"
import type { Refused } from "./Refused.ts"

/** What is wrong with a replica. Replicas count from 0. */
export type ReplicaFault =
  /** It ends between two turns of its event loop, the given number of turns later, and is started again. */
  | { readonly kind: "crash"; readonly replica: number; readonly afterTurns: number; readonly downMillis: number }
  /** It is told to stop, drains, and is started again, perhaps as the other release. */
  | {
    readonly kind: "restart"
    readonly replica: number
    readonly downMillis: number
    readonly changesRelease: boolean
  }
  /** Its host is frozen, and goes on. */
  | { readonly kind: "freeze"; readonly replica: number; readonly millis: number }
  /** Each turn takes so long. */
  | { readonly kind: "slow"; readonly replica: number; readonly lagMillis: number; readonly millis: number }
  /** Its clock on the wall is set. */
  | { readonly kind: "jump"; readonly replica: number; readonly millis: number }
  /** Its connections are cut, or nothing comes through for so long. */
  | { readonly kind: "cut"; readonly replica: number }
  | { readonly kind: "hold"; readonly replica: number; readonly millis: number }
  /** So many of its next appends, or reads, come to grief on the way. */
  | { readonly kind: "wire"; readonly replica: number; readonly trouble: WireTrouble; readonly count: number }

/** What becomes of one append, or one read, between a replica and its broker. */
export type WireTrouble =
  /** It is stored, and the acknowledgement is lost, or so late. */
  | { readonly what: "lose answer" }
  | { readonly what: "late answer"; readonly millis: number }
  /** It never arrives, or when its sender may be gone. */
  | { readonly what: "lose append" }
  | { readonly what: "late append"; readonly millis: number }
  /** Nobody is there. */
  | { readonly what: "nobody" }
  /** It is refused for this reason. */
  | { readonly what: "refuse"; readonly refusal: Refused }
  | { readonly what: "lose read" }

/** What is wrong with the broker. */
export interface FaultOfBroker {
  readonly kind: "broker"
  readonly fault: BrokerFault
}

/** What happens to the world, and when, in milliseconds. */
export type Fault = { readonly at: number } & (ReplicaFault | FaultOfBroker)
