import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization child add ID CHILD-ID`. */
export const addChild = commandOf("add", "AddChildOrganization", {
  parent_organization_id: fields.organizationId,
  child_organization_id: fields.unitId("child"),
  child_name: ["name", "Its name, 1 to 200 characters"],
  child_type: "Its legal form"
}, {
  description: "Add a child organization",
  examples: [["child add 0198c0de-… 0198c0de-… --name \"Acme Labs\" --type LLC", "Put Acme Labs below Acme"]]
})
