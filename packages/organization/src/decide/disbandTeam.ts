import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { errorKinds } from "../OrganizationError.ts"
import { teamContents } from "../state/contents.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable } from "./unavailable.ts"

/** Ends a team; its roles move to another team, or stay without one in the department of the team. */
export const disbandTeam: Rule<"DisbandTeam"> = (state, command) => {
  const { members_transfer_to, reason, team_id } = command
  const missing = unavailable(state, "Team", team_id) ?? unavailable(state, "Team", members_transfer_to)
  if (missing !== null) return rejected(missing)
  if (members_transfer_to === team_id) {
    return rejected(errorKinds.InvalidTransferTarget.make({ target: team_id, why: "it is the team itself" }))
  }
  return accepted({
    event_type: "TeamDisbanded",
    team_id,
    organization_id: state.id,
    reason,
    members_transferred_to: members_transfer_to,
    transferred: { role_ids: teamContents(state, team_id) }
  })
}
