import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { errorKinds } from "../OrganizationError.ts"
import { effectiveDateOutOfRange } from "./effectiveDateOutOfRange.ts"
import type { Rule } from "./OrganizationDecision.ts"

/** Ends an organization that has no child organizations. */
export const dissolveOrganization: Rule<"DissolveOrganization"> = (state, command, context) => {
  if (!HashMap.isEmpty(state.children)) {
    const ids = Array.from(HashMap.keys(state.children)).toSorted()
    return rejected(errorKinds.HasChildOrganizations.make({ ids }))
  }
  const outOfRange = effectiveDateOutOfRange(command.effective_date, state.organization.founded_date, context)
  if (outOfRange !== null) return rejected(outOfRange)
  return accepted({
    event_type: "OrganizationDissolved",
    organization_id: state.id,
    reason: command.reason,
    effective_date: command.effective_date
  })
}
