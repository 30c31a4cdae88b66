import { commandTable, OrganizationStatus, OrganizationType } from "@cim-domain/organization"
import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"

/** `organization update ID`. */
export const update = commandOf("update", "UpdateOrganization", {
  organization_id: fields.organizationId,
  name: fields.text("name", "New name"),
  display_name: fields.text("display-name", "New short name"),
  description: fields.text("description", "New description"),
  organization_type: fields.optional(fields.openType(OrganizationType, "Legal form")),
  founded_date: fields.time("founded", "When it was founded"),
  metadata: fields.metadata,
  status: fields.optionalLiterals(
    "status",
    OrganizationStatus.to.literals,
    "New status, when nothing else changes; organization status also takes a reason"
  ),
  clear: fields.clear(commandTable.UpdateOrganization)
}, {
  description: "Change what is known about an organization; what is not named stays as it is",
  examples: [
    ["update 0198c0de-… --display-name \"Acme Inc.\"", "Change the short name"],
    ["update 0198c0de-… --clear description", "Remove the description"]
  ]
})
