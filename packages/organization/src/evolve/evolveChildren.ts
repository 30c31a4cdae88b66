import { HashMap } from "effect"
import type { EventOf } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/** What an event about a child does to its parent's state. */
export const evolveChildren = (
  state: OrganizationState,
  event: EventOf<"ChildOrganizationAdded"> | EventOf<"ChildOrganizationRemoved">
): EventEffect<OrganizationState> => {
  const { children, id } = state
  const child = event.child_organization_id
  const known = HashMap.has(children, child)
  if (event.event_type === "ChildOrganizationRemoved") {
    return known
      ? applied({ ...state, children: HashMap.remove(children, child) })
      : "the child is not one of this organization"
  }
  if (known) return "the child is one of this organization already"
  if (child === id) return "an organization cannot be its own child"
  return applied({
    ...state,
    children: HashMap.set(children, child, { id: child, name: event.child_name, type: event.child_type })
  })
}
