import { plainId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { always } from "../definition/CommandGate.ts"
import {
  type LiveOrganization,
  organizationCommand,
  type OrganizationDecision
} from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { OrganizationStatus } from "./organizationFields.ts"
import { commandLeadingTo, statusTransitions } from "./statusTransitions.ts"

/** Leads from one status to another where the lifecycle allows it. */
export const changeOrganizationStatus = organizationCommand({
  organization_id: plainId(OrganizationId),
  new_status: OrganizationStatus,
  reason: nullable(Reason)
}, {
  about: "Moves an organization along its life. Into and out of `Suspended` it takes a reason.",
  gate: always,
  leadsTo: ["OrganizationStatusChanged"]
}, (state, command) => changeStatus(state, command.new_status, command.reason))

/** A change of status on behalf of any command. Into and out of suspension it needs a reason. */
export const changeStatus = (
  state: LiveOrganization,
  to: OrganizationStatus,
  reason: string | null
): OrganizationDecision<"OrganizationStatusChanged"> => {
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
