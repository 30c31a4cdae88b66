import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"

/** `organization merge ID MERGED-ID`. */
export const merge = commandOf("merge", "MergeOrganizations", {
  surviving_organization_id: fields.organizationId,
  merged_organization_id: fields.unitId("merged"),
  merger_type: "How the other organization is taken in",
  effective_date: fields.effective
}, {
  description: "Merge another organization into this one. There is no way back",
  examples: [["merge 0198c0de-… 0198c0de-… --type Acquisition", "As of now"]]
})
