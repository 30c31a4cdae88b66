import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization department update ID DEPARTMENT-ID`. */
export const updateDepartment = commandOf("update", "UpdateDepartment", {
  organization_id: fields.organizationId,
  department_id: fields.unitId("department"),
  name: "New name",
  code: "New code",
  description: "New description",
  head_role_id: ["head", "The role that heads it"],
  status: "New status; Dissolved only by dissolve",
  metadata: fields.metadata,
  clear: fields.clear
}, {
  description: "Change a department; what is not named stays as it is",
  examples: [
    ["department update 0198c0de-… 0198c0de-… --head 0198c0de-…", "Appoint its head"],
    ["department update 0198c0de-… 0198c0de-… --clear head_role_id", "Leave it without a head"]
  ]
})
