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

/** What happens to the world, and when, in milliseconds. */
export type Fault = { readonly at: number } & ReplicaFault
