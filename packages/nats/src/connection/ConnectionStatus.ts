/** Whether the broker can be talked to: only when all sockets are up. */
export type ConnectionStatus =
  | { readonly _tag: "Connected"; readonly server: string }
  | { readonly _tag: "Disconnected"; readonly cause: string }

/** What the connected server says about itself. */
export interface ServerFacts {
  readonly name: string
  readonly version: string
  /** Largest message, headers included, in bytes. */
  readonly maxPayloadBytes: number
  /** The name of its cluster, when it has one. */
  readonly cluster: string | undefined
  /** Brokers of the cluster as far as it tells about them, at least 1. */
  readonly brokers: number
}
