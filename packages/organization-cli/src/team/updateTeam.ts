import { commandTable } from "@cim-domain/organization"
import { TeamStatus, TeamType } from "@cim-domain/organization/team/teamFields"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization team update ID TEAM-ID`. */
export const updateTeam = commandOf("update", "UpdateTeam", {
  organization_id: fields.organizationId,
  team_id: fields.unitId("team"),
  name: fields.text("name", "New name"),
  description: fields.text("description", "New description"),
  lead_role_id: fields.reference("lead", "The role that leads it"),
  max_members: fields.quantity("max-members", "Planned size, 1 or more"),
  status: fields.optionalLiterals("status", TeamStatus.to.literals, "New status; Disbanded only by disband"),
  department_id: fields.reference("department", "The department it moves to, with its roles"),
  team_type: fields.optionalLiterals("type", TeamType.to.literals, "What kind of team it is"),
  clear: fields.clear(commandTable.UpdateTeam)
}, {
  description: "Change a team; what is not named stays as it is",
  examples: [
    ["team update 0198c0de-… 0198c0de-… --lead 0198c0de-… --status Active", "Appoint its lead and let it begin"],
    ["team update 0198c0de-… 0198c0de-… --clear max_members", "Let it grow"]
  ]
})
