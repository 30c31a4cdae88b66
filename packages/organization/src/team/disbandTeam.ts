import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId, TeamId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { unavailable } from "../units/unavailable.ts"
import { teamContents } from "./teamContents.ts"

/** Ends a team; its roles move to another team, or stay without one in the department of the team. */
export const disbandTeam = organizationCommand({
  team_id: entityId(TeamId),
  organization_id: entityId(OrganizationId),
  reason: Reason,
  members_transfer_to: nullable(entityId(TeamId))
}, {
  about: "Ends a team. Its roles go to another team, or out of all teams.",
  gate: unlessSuspended,
  leadsTo: ["TeamDisbanded"]
}, (state, command) => {
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
})
