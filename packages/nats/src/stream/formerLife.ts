import { Effect } from "effect"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * That there was a stream of events, remembered beside it: in the metadata of the stream of its snapshots, which is there from
 * the first start on, where snapshots come late. A stream that is lost is then not taken for one that never was.
 */

/** Key of the metadata whose value names the life of the stream of events. */
const key = "event_stream_created"

/** What the stream of the snapshots has to remember of a stream of events. */
export const lifeOf = (incarnation: string): Readonly<Record<string, string>> => ({ [key]: incarnation })

/** Why a missing stream of events must not be created, `undefined` when nothing is known of an earlier one. */
export const formerLife = (
  socket: NatsSocket,
  events: string,
  snapshots: string
): Effect.Effect<string | undefined, NatsError> =>
  StreamApi.info(socket, snapshots).pipe(
    Effect.map(({ config, state }) => {
      const remembered = config.metadata?.[key]
      if (remembered === undefined && (state.messages ?? 0) === 0) return undefined
      const since = remembered === undefined ? "" : ` of ${remembered}`
      return `it is gone, and stream ${snapshots} remembers the one${since}; ` +
        `put it back from a backup with \`nats stream restore ${events} FOLDER\`, ` +
        `or begin anew without those events: \`nats stream rm ${snapshots}\``
    }),
    Effect.catchReason("NatsError", "StreamMissing", () => Effect.undefined)
  )
