import type { Outage, SentCommand } from "./History.ts"
import { endOfAnswer } from "./readCommands.ts"
import type { Violation } from "./Violation.ts"

/** Nothing new is accepted between the moment when a majority of the brokers is down and the moment when it comes back. */
export const checkOutages = (
  commands: ReadonlyArray<SentCommand>,
  outages: ReadonlyArray<Outage>
): ReadonlyArray<Violation> =>
  commands.flatMap(({ attempts, commandId, organizationId }) =>
    attempts.flatMap(({ answers, sentAt }) =>
      answers.filter((answer) =>
        endOfAnswer(answer) === "applied" && outages.some(({ from, to }) => from <= sentAt && answer.at <= to)
      ).map((): Violation => ({
        kind: "unbacked",
        organizationId,
        commandId,
        detail: "accepted while two of three brokers were down"
      }))
    )
  )
