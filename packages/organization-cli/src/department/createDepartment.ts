import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization department create ID NAME`. */
export const createDepartment = commandOf("create", "CreateDepartment", {
  organization_id: fields.organizationId,
  name: fields.newName,
  code: fields.newCode,
  description: fields.description,
  parent_department_id: ["parent", "The department it belongs to; none for the top level"],
  head_role_id: ["head", "The role that heads it"],
  metadata: fields.newMetadata,
  department_id: fields.newId
}, {
  description: "Create a department",
  examples: [
    ["department create 0198c0de-… Engineering --code ENG", "At the top level"],
    ["department create 0198c0de-… Platform --code PLT --parent 0198c0de-…", "Within another one"]
  ]
})
