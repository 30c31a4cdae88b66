import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization department dissolve ID DEPARTMENT-ID`. */
export const dissolveDepartment = commandOf("dissolve", "DissolveDepartment", {
  organization_id: fields.organizationId,
  department_id: fields.unitId("department"),
  reason: fields.reason,
  transfer_to: "The department that takes over what is in it; needed unless it is empty"
}, {
  description: "Dissolve a department. There is no way back",
  examples: [[
    "department dissolve 0198c0de-… 0198c0de-… --reason \"Merged into Platform\" --transfer-to 0198c0de-…",
    "Nothing in it is lost"
  ]]
})
