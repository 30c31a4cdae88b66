import { commandTable } from "@cim-domain/organization"
import { Flag } from "effect/cli"
import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"
import { openChoice } from "./paramOf.ts"

/** `organization create NAME`. */
export const create = commandOf("create", "CreateOrganization", {
  name: fields.newName,
  organization_id: fields.newId,
  display_name: "Short name; the name when not given",
  description: fields.description,
  organization_type: openChoice(commandTable.CreateOrganization.fields.organization_type, "type", "Legal form").pipe(
    Flag.withDefault("Corporation")
  ),
  parent_id: "Declared parent organization",
  founded_date: fields.founded,
  metadata: fields.metadata,
  initial_status: Flag.Boolean("pending").pipe(
    Flag.withDescription("Start as Pending, to be activated later"),
    Flag.withDefault(false),
    Flag.map((pending) => pending ? "Pending" : "Active")
  )
}, {
  description: "Create an organization",
  examples: [
    ["create \"Acme Corporation\" --display-name Acme", "A corporation"],
    ["create \"Acme Labs\" --type LLC --pending", "One that waits for its papers"]
  ]
})
