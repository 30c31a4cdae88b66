import { commandTable } from "@cim-domain/organization"
import { RoleStatus, RoleType } from "@cim-domain/organization/role/roleFields"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization role update ID ROLE-ID`. */
export const updateRole = commandOf("update", "UpdateRole", {
  organization_id: fields.organizationId,
  role_id: fields.unitId("role"),
  title: fields.text("title", "New title"),
  code: fields.text("code", "New code"),
  role_type: fields.optionalLiterals("type", RoleType.to.literals, "What kind of position it is"),
  department_id: fields.reference("department", "The department it moves to"),
  team_id: fields.reference("team", "The team it moves to"),
  reports_to: fields.reference("reports-to", "The role it reports to from now on"),
  level: fields.quantity("level", "Seniority, 0 to 255"),
  description: fields.text("description", "New description"),
  permissions: fields.list("permission", "Something it may do; replaces all it had"),
  responsibilities: fields.list("responsibility", "Something it answers for; replaces all it had"),
  status: fields.optionalLiterals("status", RoleStatus.to.literals, "New status; Deprecated only by deprecate"),
  clear: fields.clear(commandTable.UpdateRole)
}, {
  description: "Change a role; what is not named stays as it is",
  examples: [
    ["role update 0198c0de-… 0198c0de-… --title \"Staff Engineer\" --level 7", "Raise it"],
    ["role update 0198c0de-… 0198c0de-… --clear reports_to --clear team_id", "Let it stand alone"]
  ]
})
