import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization role deprecate ID ROLE-ID`. */
export const deprecateRole = commandOf("deprecate", "DeprecateRole", {
  organization_id: fields.organizationId,
  role_id: fields.unitId("role"),
  reason: fields.reason,
  replacement_role_id: [
    "replacement",
    "The role that takes over its reports, departments, teams and dotted lines; needed when it has any of the first three"
  ],
  effective_date: fields.effective
}, {
  description: "Deprecate a role. There is no way back",
  examples: [[
    "role deprecate 0198c0de-… 0198c0de-… --reason \"Position split\" --replacement 0198c0de-…",
    "Whoever reported to it reports to the other"
  ]]
})
