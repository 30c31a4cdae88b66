import { plainId } from "@cim-domain/commands/fields/Identifier"
import { Name } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { whileGrowing } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { OrganizationType } from "../organization/organizationFields.ts"
import { errorKinds } from "../OrganizationError.ts"

/** Takes another organization as a child. Whether that one exists and is free is not known here. */
export const addChildOrganization = organizationCommand({
  parent_organization_id: plainId(OrganizationId),
  child_organization_id: plainId(OrganizationId),
  child_name: Name,
  child_type: OrganizationType
}, {
  about: "Records that another organization is a child of this one.",
  addressee: "parent_organization_id",
  gate: whileGrowing,
  leadsTo: ["ChildOrganizationAdded"]
}, (state, command, context) => {
  const { child_name, child_organization_id, child_type } = command
  if (child_organization_id === state.id) {
    return rejected(
      errorKinds.CircularReference.make({ kind: "Organization", path: [state.id, child_organization_id] })
    )
  }
  if (HashMap.has(state.children, child_organization_id)) return noChange
  const tooMany = exceeded("children", context.limits.children, HashMap.size(state.children) + 1)
  if (tooMany !== null) return rejected(tooMany)
  return accepted({
    event_type: "ChildOrganizationAdded",
    parent_organization_id: state.id,
    child_organization_id,
    child_name,
    child_type
  })
})
