import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Effect, type Scope } from "effect"
import type { NatsConnection } from "../NatsConnection.ts"
import type { NatsError } from "../NatsError.ts"

/** Takes a look at the stream, and says when the leader no longer answers and when it does again. */
export type StreamReach = <A>(look: Effect.Effect<A, NatsError>) => Effect.Effect<A, NatsError>

/** Says nothing while the connection itself is lost, which is said elsewhere, and nothing of a stream that is gone. */
export const makeStreamReach = (
  stream: string,
  connection: NatsConnection["Service"]
): Effect.Effect<StreamReach, never, Scope.Scope> =>
  Effect.map(makeTroubleLog, ({ found, works }) => {
    const unanswered = (error: NatsError) =>
      Effect.flatMap(connection.status, (status) =>
        status._tag !== "Connected" || error.reason._tag === "StreamMissing" ? Effect.void : found({
          key: "unanswered",
          level: "Error",
          message: `no answer from the leader of ${stream}: commands cannot be settled`,
          annotations: { reason: error.message },
          over: (count) =>
            `the leader of ${stream} answers again: ${count} looks were not answered`,
          quietMillis: 0,
          lasts: true
        }))
    return (look) =>
      Effect.tapError(
        Effect.tap(look, () =>
          Effect.sync(() => works())),
        unanswered
      )
  })
