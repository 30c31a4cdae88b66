import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { errorKinds } from "../OrganizationError.ts"
import type { OrganizationStatus } from "../values/OrganizationStatus.ts"
import type { LiveOrganization, OrganizationDecision, Rule } from "./OrganizationDecision.ts"
import { commandLeadingTo, statusTransitions } from "./statusTransitions.ts"

/** Leads from one status to another where the lifecycle allows it. */
export const changeOrganizationStatus: Rule<"ChangeOrganizationStatus"> = (state, command) =>
  changeStatus(state, command.new_status, command.reason)

/** A change of status on behalf of any command. Into and out of suspension it needs a reason. */
export const changeStatus = (
  state: LiveOrganization,
  to: OrganizationStatus,
  reason: string | null
): OrganizationDecision => {
  const from = state.organization.status
  if (from === to) return noChange
  const allowed = statusTransitions[from]
  if (!allowed.includes(to)) {
    const use_command = commandLeadingTo[to] ?? null
    return rejected(errorKinds.InvalidStatusTransition.make({ from, to, allowed, use_command }))
  }
  if (reason === null && (from === "Suspended" || to === "Suspended")) {
    return rejected(errorKinds.ReasonRequired.make({ from, to }))
  }
  return accepted({
    event_type: "OrganizationStatusChanged",
    organization_id: state.id,
    new_status: to,
    previous_status: from,
    reason
  })
}
