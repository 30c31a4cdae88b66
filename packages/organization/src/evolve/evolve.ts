import { type Evolved, Partly, Unfit } from "@cim-domain/commands/history/Evolved"
import type { KnownEvent } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { EventEffect } from "./EventEffect.ts"
import { evolveChildren } from "./evolveChildren.ts"
import { evolveDepartments } from "./evolveDepartments.ts"
import { evolveFacilities } from "./evolveFacilities.ts"
import { evolveMerger } from "./evolveMerger.ts"
import { evolveRoles } from "./evolveRoles.ts"
import { evolveRoot } from "./evolveRoot.ts"
import { evolveTeams } from "./evolveTeams.ts"

/** What an event makes of an organization. Total: what does not fit changes nothing, what fits in part applies in part. */
export const evolve = (state: OrganizationState, event: KnownEvent): Evolved<OrganizationState> => {
  const effect = effectOf(state, event)
  if (typeof effect === "string") return new Unfit(effect)
  return effect.ignored.length === 0 ? effect.state : new Partly(effect.state, effect.ignored)
}

/** What an event does to what an organization is, beside what it remembers of its past. */
export const effectOf = (state: OrganizationState, event: KnownEvent): EventEffect<OrganizationState> => {
  switch (event.event_type) {
    case "OrganizationCreated":
    case "OrganizationUpdated":
    case "OrganizationStatusChanged":
    case "OrganizationDissolved":
      return evolveRoot(state, event)
    case "OrganizationMerged":
      return evolveMerger(state, event)
    case "DepartmentCreated":
    case "DepartmentUpdated":
    case "DepartmentRestructured":
    case "DepartmentDissolved":
      return evolveDepartments(state, event)
    case "TeamFormed":
    case "TeamUpdated":
    case "TeamDisbanded":
      return evolveTeams(state, event)
    case "RoleCreated":
    case "RoleUpdated":
    case "RoleDeprecated":
      return evolveRoles(state, event)
    case "FacilityCreated":
    case "FacilityUpdated":
    case "FacilityRemoved":
      return evolveFacilities(state, event)
    case "ChildOrganizationAdded":
    case "ChildOrganizationRemoved":
      return evolveChildren(state, event)
  }
}
