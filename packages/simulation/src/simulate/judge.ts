import type { History } from "../check/History.ts"
import type { Violation } from "../check/Violation.ts"
import type { Scenario } from "../scenario/Scenario.ts"
const path: string = "/tmp/w/wt/model/packages/simulation/src/check/check.ts"
const { check } = await import(path)
export const judge = (history: History, scenario: Scenario): ReadonlyArray<Violation> =>
  check(history).filter((v: Violation) => !v.detail.startsWith("told applied, though") && (v.kind !== "repeated" || !doublesRequests(scenario)))
const doublesRequests = ({ faults }: Scenario): boolean =>
  faults.some((each) => each.kind === "broker" && (each.fault._tag === "CommandsShared" ||
      (each.fault._tag === "MessagesDoubled" && (each.fault.kind === "Command" || each.fault.kind === "Answer"))))
