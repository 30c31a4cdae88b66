import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Effect, type Scope } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import { majorityAge } from "./LeaderBelief.ts"
import type { StreamInfo } from "./StreamApi.ts"

/** How long a leader may not have heard from a majority before it is taken for cut off, in milliseconds; it leads on for 20 s. */
const majorityMillis = 5_000

/** Takes a look at the stream, and says when it cannot be appended to for want of a leader, and when that is over. */
export type StreamReach = (look: Effect.Effect<StreamInfo, NatsError>) => Effect.Effect<StreamInfo, NatsError>

/** Says nothing while the connection itself is lost, which is said elsewhere, and nothing of a stream that is gone. */
export const makeStreamReach = (
  stream: string,
  connection: NatsConnection["Service"]
): Effect.Effect<StreamReach, never, Scope.Scope> =>
  Effect.map(makeTroubleLog, ({ found, works }) => {
    const unreached = (reason: string) =>
      Effect.flatMap(connection.status, (status) =>
        status._tag !== "Connected" ? Effect.void : found({
          key: "unreached",
          level: "Error",
          message: `no leader of ${stream} is within reach: commands cannot be settled`,
          annotations: { reason },
          over: (count) => `the leader of ${stream} is within reach again: it was not at ${count} looks`,
          quietMillis: 0,
          lasts: true
        }))
    const judge = (info: StreamInfo) => {
      const reason = whyLeaderless(info)
      return reason === undefined ? Effect.sync(() => works()) : unreached(reason)
    }
    const failed = (error: NatsError) => error.reason._tag === "StreamMissing" ? Effect.void : unreached(error.message)
    return (look) => Effect.tapError(Effect.tap(look, judge), failed)
  })

/** A broker describes a stream of which it has a replica, whether that has a leader or not. */
const whyLeaderless = (info: StreamInfo): string | undefined => {
  if (info.cluster === undefined) return undefined
  if (info.cluster.leader === undefined || info.cluster.leader === "") return "the stream has no leader"
  const age = majorityAge(info) ?? 0
  return age > majorityMillis
    ? `${info.cluster.leader} has not heard from a majority of the servers for ${(age / 1_000).toFixed(0)} s`
    : undefined
}
