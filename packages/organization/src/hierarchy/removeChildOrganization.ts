import { plainId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { always } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"

/** Lets a child organization go. */
export const removeChildOrganization = organizationCommand({
  parent_organization_id: plainId(OrganizationId),
  child_organization_id: plainId(OrganizationId),
  reason: nullable(Reason)
}, {
  about: "Records that another organization is no longer a child of this one.",
  addressee: "parent_organization_id",
  gate: always,
  leadsTo: ["ChildOrganizationRemoved"]
}, (state, command) => {
  const { child_organization_id, reason } = command
  if (!HashMap.has(state.children, child_organization_id)) {
    const parent_organization_id = state.id
    return rejected(errorKinds.ChildOrganizationNotFound.make({ parent_organization_id, child_organization_id }))
  }
  return accepted({
    event_type: "ChildOrganizationRemoved",
    parent_organization_id: state.id,
    child_organization_id,
    reason
  })
})
