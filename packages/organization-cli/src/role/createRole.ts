import { RoleType } from "@cim-domain/organization/role/roleFields"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization role create ID TITLE`. */
export const createRole = commandOf("create", "CreateRole", {
  organization_id: fields.organizationId,
  title: fields.newName("title"),
  code: fields.newCode,
  role_type: fields.literals("type", RoleType.to.literals, "What kind of position it is"),
  department_id: fields.reference("department", "The department it belongs to"),
  team_id: fields.reference("team", "The team it belongs to"),
  reports_to: fields.reference("reports-to", "The role it reports to"),
  level: fields.quantity("level", "Seniority, 0 to 255"),
  description: fields.description,
  permissions: fields.list("permission", "Something it may do"),
  responsibilities: fields.list("responsibility", "Something it answers for"),
  role_id: fields.newId
}, {
  description: "Create a role, that is a position, whoever holds it",
  examples: [[
    "role create 0198c0de-… \"Senior Engineer\" --code SE-1 --type Technical --permission ViewReports",
    "With one permission"
  ]]
})
