import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import type { CommandOf } from "../OrganizationCommand.ts"
import { errorKinds } from "../OrganizationError.ts"
import type { EventOf } from "../OrganizationEvent.ts"
import type { OrganizationRoot } from "../state/OrganizationRoot.ts"
import { changeStatus } from "./changeOrganizationStatus.ts"
import { changedFields, clearedFields, ifDifferent } from "./changes.ts"
import type { Rule } from "./OrganizationDecision.ts"

type Changes = EventOf<"OrganizationUpdated">["changes"]

/**
 * Records the fields that differ. A status that differs is a change of status like any other, and cannot come together
 * with other changes.
 */
export const updateOrganization: Rule<"UpdateOrganization"> = (state, command) => {
  const changes = changesOf(state.organization, command)
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
}

const changesOf = (root: OrganizationRoot, command: CommandOf<"UpdateOrganization">): Changes => ({
  name: ifDifferent(root.name, command.name),
  display_name: ifDifferent(root.display_name, command.display_name),
  description: ifDifferent(root.description, command.description),
  status: null,
  metadata: ifDifferent(root.metadata, command.metadata),
  organization_type: ifDifferent(root.organization_type, command.organization_type),
  founded_date: ifDifferent(root.founded_date, command.founded_date),
  cleared: clearedFields(root, ["description", "founded_date"], command.clear)
})
