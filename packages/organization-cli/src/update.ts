import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"

/** `organization update ID`. */
export const update = commandOf("update", "UpdateOrganization", {
  organization_id: fields.organizationId,
  name: "New name",
  display_name: "New short name",
  description: "New description",
  organization_type: "Legal form",
  founded_date: fields.founded,
  metadata: fields.metadata,
  status: "New status, when nothing else changes; organization status also takes a reason",
  clear: fields.clear
}, {
  description: "Change what is known about an organization; what is not named stays as it is",
  examples: [
    ["update 0198c0de-… --display-name \"Acme Inc.\"", "Change the short name"],
    ["update 0198c0de-… --clear description", "Remove the description"]
  ]
})
