import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { organizationStateCodec } from "@cim-domain/organization"
import { makeAcknowledged } from "./Acknowledged.ts"
import { checkEvents } from "./checkEvents.ts"
import { checkReplies } from "./checkReplies.ts"
import { checkStream } from "./checkStream.ts"
import type { History } from "./History.ts"
import { type Replay, replayStream } from "./Replay.ts"
import { requestsById } from "./Request.ts"
import type { Violation } from "./Violation.ts"

/** Everything that is wrong with a history. A pure function: the evidence of an attack can be checked again any time. */
export const check = (history: History): ReadonlyArray<Violation> => {
  const replays = replayStream(history.stream)
  const sent = requestsById(history.commands)
  const acknowledged = makeAcknowledged(history.commands)
  return [
    ...checkStream(history.stream, replays),
    ...checkEvents(replays, sent, acknowledged),
    ...checkReplies(history.commands, { replays, sent, acknowledged }),
    ...history.snapshots.flatMap((snapshot) => checkSnapshot(snapshot, replays.get(snapshot.aggregateId))),
    ...history.deaths.map((detail): Violation => ({ kind: "died", detail })),
    ...history.unrecovered.map((detail): Violation => ({ kind: "unrecovered", detail }))
  ]
}

const checkSnapshot = (snapshot: Snapshot, replay: Replay | undefined): ReadonlyArray<Violation> => {
  const state = replay?.states[snapshot.version]
  const position = replay?.events[snapshot.version - 1]?.message.sequence
  const agrees = state !== undefined && position === snapshot.position &&
    organizationStateCodec.encode(state) === snapshot.state
  return agrees ? [] : [{
    kind: "snapshot",
    organizationId: snapshot.aggregateId,
    detail: `the snapshot of version ${snapshot.version} at ${snapshot.position} is not the replay`
  }]
}
