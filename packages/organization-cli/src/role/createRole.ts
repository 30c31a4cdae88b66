import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization role create ID TITLE`. */
export const createRole = commandOf("create", "CreateRole", {
  organization_id: fields.organizationId,
  title: fields.newTitle,
  code: fields.newCode,
  role_type: "What kind of position it is",
  department_id: "The department it belongs to",
  team_id: "The team it belongs to",
  reports_to: "The role it reports to",
  level: "Seniority, 0 to 255",
  description: fields.description,
  permissions: ["permission", "Something it may do"],
  responsibilities: ["responsibility", "Something it answers for"],
  dotted_line_to: ["dotted-line-to", "A role it reports to besides"],
  status: "How it begins; Active when not given",
  metadata: fields.newMetadata,
  role_id: fields.newId
}, {
  description: "Create a role, that is a position, whoever holds it",
  examples: [[
    "role create 0198c0de-… \"Senior Engineer\" --code SE-1 --type Technical --permission ViewReports",
    "With one permission"
  ], [
    "role create 0198c0de-… Controller --type Management --status Vacant --metadata '{\"fte\":0.5,\"grade\":\"B2\"}'",
    "Half a position that nobody holds, with a code made from its title"
  ]]
})
