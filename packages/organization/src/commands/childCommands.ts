import { OrganizationId, plainId } from "../Identifiers.ts"
import { OrganizationType } from "../values/OrganizationType.ts"
import { Name, Reason } from "../values/Text.ts"
import { nullable } from "../wire/nullable.ts"
import { command } from "./command.ts"

/** The commands about child organizations; they are addressed to the parent. */
export const childCommands = {
  AddChildOrganization: command("AddChildOrganization", {
    parent_organization_id: plainId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    child_name: Name,
    child_type: OrganizationType
  }),
  RemoveChildOrganization: command("RemoveChildOrganization", {
    parent_organization_id: plainId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    reason: nullable(Reason)
  })
}
