import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization team update ID TEAM-ID`. */
export const updateTeam = commandOf("update", "UpdateTeam", {
  organization_id: fields.organizationId,
  team_id: fields.unitId("team"),
  name: "New name",
  description: "New description",
  lead_role_id: ["lead", "The role that leads it"],
  max_members: "Planned size, 1 or more",
  status: "New status; Disbanded only by disband",
  department_id: "The department it moves to, with its roles",
  team_type: "What kind of team it is",
  metadata: fields.metadata,
  clear: fields.clear
}, {
  description: "Change a team; what is not named stays as it is",
  examples: [
    ["team update 0198c0de-… 0198c0de-… --lead 0198c0de-… --status Active", "Appoint its lead and let it begin"],
    ["team update 0198c0de-… 0198c0de-… --clear max_members", "Let it grow"]
  ]
})
