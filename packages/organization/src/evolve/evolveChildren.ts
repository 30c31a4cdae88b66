import { HashMap, Option } from "effect"
import type { EventOf } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { growth } from "../state/bytesOf.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/** What an event about a child does to its parent's state. */
export const evolveChildren = (
  state: OrganizationState,
  event: EventOf<"ChildOrganizationAdded"> | EventOf<"ChildOrganizationRemoved">
): EventEffect<OrganizationState> => {
  const { children, id } = state
  const child = event.child_organization_id
  const known = Option.getOrUndefined(HashMap.get(children, child))
  if (event.event_type === "ChildOrganizationRemoved") {
    return known === undefined ? "the child is not one of this organization" : applied({
      ...state,
      children: HashMap.remove(children, child),
      bytes: state.bytes + growth(known, undefined)
    })
  }
  if (known !== undefined) return "the child is one of this organization already"
  if (child === id) return "an organization cannot be its own child"
  const added = { id: child, name: event.child_name, type: event.child_type }
  return applied({
    ...state,
    children: HashMap.set(children, child, added),
    bytes: state.bytes + growth(undefined, added)
  })
}
