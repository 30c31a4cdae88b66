import { decodeReply } from "@cim-domain/organization"
import type { Outage, SentCommand } from "@cim-domain/simulation/check/History"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import { Result } from "effect"

/** Nothing new is accepted between the moment when a majority of the brokers is down and the moment when it comes back. */
export const checkOutages = (
  commands: ReadonlyArray<SentCommand>,
  outages: ReadonlyArray<Outage>
): ReadonlyArray<Violation> =>
  outages.length === 0 ?
    [] :
    commands.flatMap(({ attempts, commandId, organizationId }) =>
      attempts.flatMap(({ endedAt, reply, sentAt }): ReadonlyArray<Violation> => {
        const outage = outages.find(({ from, to }) => from <= sentAt && endedAt <= to)
        const read = outage === undefined || reply === null ? undefined : Result.getOrUndefined(decodeReply(reply))
        return read?.status === "ok" && read.outcome === "applied"
          ? [{ kind: "unbacked", organizationId, commandId, detail: "accepted while two of three brokers were down" }]
          : []
      })
    )
