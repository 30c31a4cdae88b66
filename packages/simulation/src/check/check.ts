import { makeAcknowledged } from "./Acknowledged.ts"
import { checkAnswers } from "./checkAnswers.ts"
import { checkEvents } from "./checkEvents.ts"
import { checkOutages } from "./checkOutages.ts"
import { checkSnapshots, checkStates, type ReplayStates } from "./checkStates.ts"
import { checkStream } from "./checkStream.ts"
import type { Evidence } from "./Evidence.ts"
import type { History, StoredMessage } from "./History.ts"
import { readCommands, sendingsOf } from "./readCommands.ts"
import { replayStream } from "./Replayed.ts"
import type { Violation } from "./Violation.ts"

/**
 * Everything that is wrong with a history. A pure function of what was said and what is stored, by the model of the specification alone.
 * With the service's own replay its state after every event is looked at as well.
 */
export const check = (history: History, replayStates?: ReplayStates): ReadonlyArray<Violation> => [
  ...(history.stream === null ? [] : checkRecord(history, history.stream, replayStates)),
  ...checkOutages(history.commands, history.outages),
  ...history.deaths.map((detail): Violation => ({ kind: "died", detail })),
  ...history.unrecovered.map((detail): Violation => ({ kind: "unrecovered", detail }))
]

const checkRecord = (
  history: History,
  stream: ReadonlyArray<StoredMessage>,
  replayStates: ReplayStates | undefined
): ReadonlyArray<Violation> => {
  const commands = readCommands(history.commands)
  const evidence: Evidence = {
    history,
    commands,
    sendings: sendingsOf(commands),
    replays: replayStream(stream),
    acknowledged: makeAcknowledged(commands)
  }
  return [
    ...checkStream(stream, evidence.replays),
    ...checkEvents(evidence),
    ...(replayStates === undefined ? [] : checkStates(evidence, replayStates)),
    ...checkAnswers(evidence),
    ...checkSnapshots(evidence)
  ]
}
