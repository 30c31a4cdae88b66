import type { MessageKind } from "../broker/faults/BrokerFault.ts"
import { check } from "../check/check.ts"
import type { History } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"
import { replayStates } from "../replay/replayStates.ts"
import type { Scenario } from "../scenario/Scenario.ts"

/** What is wrong with the history of a scenario. */
export const judge = (history: History, scenario: Scenario): ReadonlyArray<Violation> =>
  check(history, replayStates).filter(({ detail, kind }) =>
    !(kind === "repeated" && doubles(scenario, ["Command", "Answer"])) &&
    !(kind === "died" && detail.includes("histories would fork") && doubles(scenario, ["Acknowledgement", "Publish"]))
  )

/**
 * Whether the broker gave messages of these kinds twice: then a request has more than one answer, and who asks how many streams
 * there are hears of two.
 */
const doubles = ({ faults }: Scenario, kinds: ReadonlyArray<MessageKind>): boolean =>
  faults.some((each) =>
    each.kind === "broker" && ((each.fault._tag === "CommandsShared" && kinds.includes("Command")) ||
      (each.fault._tag === "MessagesDoubled" && kinds.includes(each.fault.kind)))
  )
