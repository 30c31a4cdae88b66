import { commandTable } from "@cim-domain/organization"
import { DepartmentStatus } from "@cim-domain/organization/department/departmentFields"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization department update ID DEPARTMENT-ID`. */
export const updateDepartment = commandOf("update", "UpdateDepartment", {
  organization_id: fields.organizationId,
  department_id: fields.unitId("department"),
  name: fields.text("name", "New name"),
  code: fields.text("code", "New code"),
  description: fields.text("description", "New description"),
  head_role_id: fields.reference("head", "The role that heads it"),
  status: fields.optionalLiterals("status", DepartmentStatus.to.literals, "New status; Dissolved only by dissolve"),
  clear: fields.clear(commandTable.UpdateDepartment)
}, {
  description: "Change a department; what is not named stays as it is",
  examples: [
    ["department update 0198c0de-… 0198c0de-… --head 0198c0de-…", "Appoint its head"],
    ["department update 0198c0de-… 0198c0de-… --clear head_role_id", "Leave it without a head"]
  ]
})
