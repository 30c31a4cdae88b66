import type { Effect } from "effect"
import type { NatsError } from "../connection/NatsError.ts"
import type * as StreamApi from "./StreamApi.ts"

/** What a stream has to be, and what it is made with when it is missing. */
export interface WantedStream {
  readonly name: string
  /** Covers all subjects, for example `organization.events.>`. */
  readonly subjects: string
  /** Replicas of a new stream; by default 3, or as many as the cluster has brokers for. A present stream keeps its own. */
  readonly replicas?: number | undefined
  /** A present stream with fewer replicas gets so many. Default: it keeps its own. */
  readonly replicasAtLeast?: number | undefined
  /** Messages kept per subject, -1 = all. For a new stream only. */
  readonly maxMessagesPerSubject: number
  /** What the stream has to remember, for a new stream and a present one. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Neither create nor change nor wait for anything. */
  readonly readOnly: boolean
  /** Whether a missing stream is created. Default true. */
  readonly create?: boolean | undefined
  /** Why a missing stream must not be created, looked at when it is missing; `undefined` when it may be. */
  readonly objection?: Effect.Effect<string | undefined, NatsError> | undefined
  /** Why a stream with these settings cannot be used, `undefined` when it can. */
  readonly problem: (config: StreamApi.StreamConfig, subjects: string) => string | undefined
}

/** The stream as it was found or made. */
export interface ReadyStream {
  readonly info: StreamApi.StreamInfo
  /** Abilities that are missing and could not be switched on, in words. */
  readonly degraded: ReadonlyArray<string>
}
