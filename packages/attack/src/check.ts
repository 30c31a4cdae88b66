import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { organizationStateCodec } from "@cim-domain/organization"
import type { History, SentCommand, StoredMessage } from "@cim-domain/simulation/check/History"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import { makeAcknowledged } from "./Acknowledged.ts"
import { checkEvents } from "./checkEvents.ts"
import { checkOutages } from "./checkOutages.ts"
import { checkReplies } from "./checkReplies.ts"
import { checkStream } from "./checkStream.ts"
import { requestsById } from "./readRequest.ts"
import { type Replay, replayStream } from "./Replay.ts"

/** Everything that is wrong with a history. A pure function of what was said and what is stored. */
export const check = (
  { commands, deaths, outages, snapshots, stream, unrecovered }: History
): ReadonlyArray<Violation> => [
  ...(stream === null ? [] : checkRecord(commands, stream, snapshots)),
  ...checkOutages(commands, outages),
  ...deaths.map((detail): Violation => ({ kind: "died", detail })),
  ...unrecovered.map((detail): Violation => ({ kind: "unrecovered", detail }))
]

const checkRecord = (
  commands: ReadonlyArray<SentCommand>,
  stream: ReadonlyArray<StoredMessage>,
  snapshots: ReadonlyArray<Snapshot>
): ReadonlyArray<Violation> => {
  const replays = replayStream(stream)
  const sent = requestsById(commands)
  const acknowledged = makeAcknowledged(commands)
  return [
    ...checkStream(stream, replays),
    ...checkEvents(replays, sent, acknowledged),
    ...checkReplies(commands, { replays, sent, acknowledged }),
    ...snapshots.flatMap((snapshot) => checkSnapshot(snapshot, replays.get(snapshot.aggregateId)))
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
