import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization role update ID ROLE-ID`. */
export const updateRole = commandOf("update", "UpdateRole", {
  organization_id: fields.organizationId,
  role_id: fields.unitId("role"),
  title: "New title",
  code: "New code",
  role_type: "What kind of position it is",
  department_id: "The department it moves to",
  team_id: "The team it moves to",
  reports_to: "The role it reports to from now on",
  level: "Seniority, 0 to 255",
  description: "New description",
  permissions: ["permission", "Something it may do; replaces all it had"],
  responsibilities: ["responsibility", "Something it answers for; replaces all it had"],
  status: "New status; Deprecated only by deprecate",
  dotted_line_to: ["dotted-line-to", "A role it reports to besides; replaces all it had"],
  metadata: fields.metadata,
  clear: fields.clear
}, {
  description: "Change a role; what is not named stays as it is",
  examples: [
    ["role update 0198c0de-… 0198c0de-… --title \"Staff Engineer\" --level 7", "Raise it"],
    ["role update 0198c0de-… 0198c0de-… --clear reports_to --clear team_id", "Let it stand alone"]
  ]
})
