import { commandTable } from "@cim-domain/organization"
import { Argument } from "effect/cli"
import { commandOf } from "./commandOf.ts"
import { fields } from "./fields.ts"
import { namesIn } from "./paramOf.ts"

/** `organization status ID STATUS`. */
export const status = commandOf("status", "ChangeOrganizationStatus", {
  organization_id: fields.organizationId,
  new_status: Argument.Literals("status", namesIn(commandTable.ChangeOrganizationStatus.fields.new_status)).pipe(
    Argument.withDescription("New status")
  ),
  reason: "Why, up to 1000 characters; required into and out of Suspended"
}, {
  description: "Change the status of an organization",
  examples: [["status 0198c0de-… Suspended --reason \"Licence review\"", "Suspend it"]]
})
