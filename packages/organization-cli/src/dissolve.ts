import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"

/** `organization dissolve ID`. */
export const dissolve = commandOf("dissolve", "DissolveOrganization", {
  organization_id: fields.organizationId,
  reason: fields.reason,
  effective_date: fields.effective
}, {
  description: "Dissolve an organization. There is no way back",
  examples: [["dissolve 0198c0de-… --reason \"Voluntary winding-up\"", "As of now"]]
})
