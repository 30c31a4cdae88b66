import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { errorKinds } from "../OrganizationError.ts"
import type { Rule } from "./OrganizationDecision.ts"

/** Lets a child organization go. */
export const removeChildOrganization: Rule<"RemoveChildOrganization"> = (state, command) => {
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
}
