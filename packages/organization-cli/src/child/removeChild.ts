import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization child remove ID CHILD-ID`. */
export const removeChild = commandOf("remove", "RemoveChildOrganization", {
  parent_organization_id: fields.organizationId,
  child_organization_id: fields.unitId("child"),
  reason: fields.reason
}, {
  description: "Remove a child organization; it goes on alone",
  examples: [["child remove 0198c0de-… 0198c0de-… --reason \"Spun off\"", "Let it go"]]
})
