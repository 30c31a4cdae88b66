import { entityId } from "@cim-domain/commands/fields/Identifier"
import { Reason } from "@cim-domain/commands/fields/text"
import { dateOrTime } from "@cim-domain/commands/fields/Timestamp"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { always } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { effectiveDateOutOfRange } from "./effectiveDateOutOfRange.ts"

/** Ends an organization that has no child organizations. */
export const dissolveOrganization = organizationCommand({
  organization_id: entityId(OrganizationId),
  reason: Reason,
  effective_date: dateOrTime
}, {
  about: "Ends an organization for good. Its units stay readable.",
  gate: always,
  leadsTo: ["OrganizationDissolved"]
}, (state, command, context) => {
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
})
