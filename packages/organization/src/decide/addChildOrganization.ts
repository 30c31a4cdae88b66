import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { errorKinds } from "../OrganizationError.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"

/** Takes another organization as a child. Whether that one exists and is free is not known here. */
export const addChildOrganization: Rule<"AddChildOrganization"> = (state, command, context) => {
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
}
