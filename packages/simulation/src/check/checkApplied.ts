import { type Evidence, isDisturbed } from "./Evidence.ts"
import { endOfAnswer } from "./readCommands.ts"
import type { Violation } from "./Violation.ts"

/**
 * A command takes effect once, and is told `applied` once: whoever else sent it is told `duplicate`. Where something was disturbed
 * nobody can know whose append it was that is found.
 */
export const checkApplied = (evidence: Evidence): ReadonlyArray<Violation> =>
  [...evidence.sendings.values()].flatMap((sendings): ReadonlyArray<Violation> => {
    const applied = sendings.flatMap(({ attempts }) => attempts).filter(({ answers, sentAt }) =>
      answers.some((answer) => endOfAnswer(answer) === "applied" && !isDisturbed(evidence, sentAt, answer.at))
    )
    const { commandId, organizationId } = sendings[0]!.asked
    return applied.length <= 1 ? [] : [{
      kind: "doubled",
      commandId,
      organizationId,
      detail: `${applied.length} requests were told that the command was applied`
    }]
  })
