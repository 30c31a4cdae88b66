import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import type { CommandOf } from "../OrganizationCommand.ts"
import { errorKinds } from "../OrganizationError.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { OrganizationDecision } from "./OrganizationDecision.ts"

/** Creates an organization that does not exist; the parent it names is a claim that the parent has to confirm. */
export const createOrganization = (
  state: OrganizationState,
  command: CommandOf<"CreateOrganization">
): OrganizationDecision => {
  const { description, display_name, founded_date, initial_status, metadata, name, organization_type, parent_id } =
    command
  if (parent_id === state.id) {
    return rejected(errorKinds.CircularReference.make({ kind: "Organization", path: [state.id, parent_id] }))
  }
  return accepted({
    event_type: "OrganizationCreated",
    organization_id: state.id,
    name,
    display_name,
    organization_type,
    parent_id,
    metadata,
    description,
    founded_date,
    initial_status
  })
}
