import type { EventOf } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { growth } from "../state/bytesOf.ts"
import type { OrganizationRoot } from "../state/OrganizationRoot.ts"
import { isTerminal } from "../values/OrganizationStatus.ts"
import { withChanges } from "./changes.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

type RootEvent =
  | EventOf<"OrganizationCreated">
  | EventOf<"OrganizationUpdated">
  | EventOf<"OrganizationStatusChanged">
  | EventOf<"OrganizationDissolved">

/** What an event about the organization itself does to it. Nothing leads out of a terminal status. */
export const evolveRoot = (state: OrganizationState, event: RootEvent): EventEffect<OrganizationState> => {
  const { organization: root } = state
  if (event.event_type === "OrganizationCreated") {
    return root === null ? applied(withRoot(state, created(event))) : "the organization exists already"
  }
  if (root === null) return "the organization does not exist"
  switch (event.event_type) {
    case "OrganizationUpdated":
      return updated(state, root, event)
    case "OrganizationStatusChanged":
      return isTerminal(root.status)
        ? `the organization is ${root.status}`
        : applied(withRoot(state, { ...root, status: event.new_status, status_reason: event.reason }))
    case "OrganizationDissolved":
      return isTerminal(root.status) ? `the organization is ${root.status}` : applied(withRoot(state, {
        ...root,
        status: "Dissolved",
        status_reason: event.reason,
        dissolved_on: event.effective_date
      }))
  }
}

const created = (event: EventOf<"OrganizationCreated">): OrganizationRoot => ({
  name: event.name,
  display_name: event.display_name,
  description: event.description,
  organization_type: event.organization_type,
  status: event.initial_status,
  declared_parent_id: event.parent_id,
  founded_date: event.founded_date,
  metadata: event.metadata,
  created_at: event.occurred_at,
  status_reason: null,
  dissolved_on: null
})

/** Events of older writers may carry a status, which counts like any other change of status. */
const updated = (
  state: OrganizationState,
  root: OrganizationRoot,
  { changes }: EventOf<"OrganizationUpdated">
): EventEffect<OrganizationState> => {
  const { status } = changes
  if (status !== null && status !== root.status && isTerminal(root.status)) {
    return `the organization is ${root.status}`
  }
  const organization = withChanges(root, changes)
  return applied(withRoot(
    state,
    status === null || status === root.status ? organization : { ...organization, status_reason: null }
  ))
}

const withRoot = (state: OrganizationState, organization: OrganizationRoot): OrganizationState => ({
  ...state,
  organization,
  bytes: state.bytes + growth(state.organization, organization)
})
