import * as Command from "@cim-domain/commands/Command"
import { plainId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Name, Reason } from "@cim-domain/commands/fields/Text"
import { OrganizationId } from "../Identifiers.ts"
import { OrganizationType } from "../values/OrganizationType.ts"

/** The commands about child organizations; they are addressed to the parent. */
export const childCommands = {
  AddChildOrganization: Command.make({
    parent_organization_id: plainId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    child_name: Name,
    child_type: OrganizationType
  }, { addressee: "parent_organization_id" }),
  RemoveChildOrganization: Command.make({
    parent_organization_id: plainId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    reason: nullable(Reason)
  }, { addressee: "parent_organization_id" })
}
