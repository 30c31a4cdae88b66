import { commandIdOf, type KnownEvent, type OrganizationEvent, streamOf } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { addAnomaly } from "../state/Anomalies.ts"
import type { RememberedEvent } from "../state/RecentCommands.ts"
import { addUnknownEvent } from "../state/UnknownEvents.ts"
import type { Timestamp } from "../Timestamp.ts"
import type { EventEffect } from "./EventEffect.ts"
import { evolveChildren } from "./evolveChildren.ts"
import { evolveDepartments } from "./evolveDepartments.ts"
import { evolveFacilities } from "./evolveFacilities.ts"
import { evolveMerger } from "./evolveMerger.ts"
import { evolveRoles } from "./evolveRoles.ts"
import { evolveRoot } from "./evolveRoot.ts"
import { evolveTeams } from "./evolveTeams.ts"

/**
 * The state after one more event, which stands at `position` in the store. Total: an event that does not fit changes
 * nothing but the version and is noted as an anomaly, one that fits in part applies in part and is noted as well, and one
 * that cannot be read is noted as unknown.
 */
export const evolve = (state: OrganizationState, event: OrganizationEvent, position: number): OrganizationState => {
  const version = state.version + 1
  if (event.event_type === "Opaque") {
    const { readable, recorded_type, schema_version } = event
    const noted = { event_type: recorded_type, schema_version, position }
    return { ...state, version, unknown_events: addUnknownEvent(state.unknown_events, noted, readable) }
  }
  const { event_type } = event
  const effect = streamOf(event) === state.id ? effectOf(state, event) : "it belongs to another organization"
  if (typeof effect === "string") {
    return { ...state, version, anomalies: addAnomaly(state.anomalies, { version, event_type, why: effect }) }
  }
  const remembered = { id: event.event_id, type: event_type, version, position, ...essenceOf(event) }
  return {
    ...state,
    ...effect.changes,
    version,
    updated_at: later(state.updated_at, event.occurred_at),
    recent_commands: state.recent_commands.remember(commandIdOf(event), remembered),
    anomalies: effect.ignored.length === 0
      ? state.anomalies
      : addAnomaly(state.anomalies, { version, event_type, why: effect.ignored.join("; ") })
  }
}

/** What a repetition of the command must ask for as well. */
const essenceOf = (event: KnownEvent): Pick<RememberedEvent, "created_id" | "status_change"> => {
  switch (event.event_type) {
    case "OrganizationCreated":
      return { created_id: event.organization_id }
    case "DepartmentCreated":
      return { created_id: event.department_id }
    case "TeamFormed":
      return { created_id: event.team_id }
    case "RoleCreated":
      return { created_id: event.role_id }
    case "FacilityCreated":
      return { created_id: event.facility_id }
    case "OrganizationStatusChanged":
      return { status_change: { to: event.new_status, reasoned: event.reason !== null } }
    default:
      return {}
  }
}

const effectOf = (state: OrganizationState, event: KnownEvent): EventEffect => {
  switch (event.event_type) {
    case "OrganizationCreated":
    case "OrganizationUpdated":
    case "OrganizationStatusChanged":
    case "OrganizationDissolved":
      return evolveRoot(state.organization, event)
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

const later = (known: Timestamp | null, time: Timestamp): Timestamp => known !== null && known > time ? known : time
