import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { Metadata } from "@cim-domain/commands/fields/Metadata"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { dateOrTime } from "@cim-domain/commands/fields/Timestamp"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { always } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { changedFields, changesOf } from "../updates/changesOf.ts"
import { changeStatus } from "./changeOrganizationStatus.ts"
import { clearableOfOrganization, OrganizationStatus, OrganizationType } from "./organizationFields.ts"
import { OrganizationUpdated } from "./OrganizationUpdated.ts"

/**
 * Records the fields that differ. A status that differs is a change of status like any other, and cannot come together
 * with other changes.
 */
export const updateOrganization = organizationCommand({
  organization_id: entityId(OrganizationId),
  name: nullable(Name),
  display_name: nullable(Name),
  description: nullable(Description),
  status: nullable(OrganizationStatus),
  metadata: nullable(Metadata),
  organization_type: nullable(OrganizationType),
  founded_date: nullable(dateOrTime),
  clear: clearable(clearableOfOrganization)
}, {
  about: "Changes what is known about an organization. What is `null` or missing stays as it is.",
  checks: [noFieldBothSetAndCleared],
  gate: always,
  leadsTo: ["OrganizationUpdated", "OrganizationStatusChanged"]
}, (state, command) => {
  const changes = { ...changesOf(OrganizationUpdated, state.organization, command), status: null }
  const changed = changedFields(changes)
  const from = state.organization.status
  if (command.status !== null && command.status !== from) {
    return changed.length === 0
      ? changeStatus(state, command.status, null)
      : rejected(errorKinds.MixedStatusUpdate.make({ from, to: command.status, changed }))
  }
  if (changed.length === 0) return noChange
  return accepted({
    event_type: "OrganizationUpdated",
    organization_id: state.id,
    changes
  })
})
