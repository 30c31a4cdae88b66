import { check } from "../check/check.ts"
import type { History } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"
import { replayStates } from "../replay/replayStates.ts"
import type { Scenario } from "../scenario/Scenario.ts"

/** What is wrong with the history of a scenario. */
export const judge = (history: History, scenario: Scenario): ReadonlyArray<Violation> =>
  check(history, replayStates).filter(({ kind }) => kind !== "repeated" || !doublesRequests(scenario))

/** Whether the broker gave a request to two replicas, or one twice, or an answer: then it has more than one. */
const doublesRequests = ({ faults }: Scenario): boolean =>
  faults.some((each) =>
    each.kind === "broker" && (each.fault._tag === "CommandsShared" ||
      (each.fault._tag === "MessagesDoubled" && (each.fault.kind === "Command" || each.fault.kind === "Answer")))
  )
