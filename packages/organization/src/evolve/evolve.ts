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
  return {
    ...effect.state,
    version,
    updated_at: later(state.updated_at, event.occurred_at),
    recent_commands: state.recent_commands.remember(commandIdOf(event), rememberedEvent(event, version, position)),
    anomalies: effect.ignored.length === 0
      ? state.anomalies
      : addAnomaly(state.anomalies, { version, event_type, why: effect.ignored.join("; ") })
  }
}

/** An event with what a repetition of its command must ask for as well. */
const rememberedEvent = (event: KnownEvent, version: number, position: number): RememberedEvent => {
  const { event_id: id, event_type: type } = event
  const creating = (created_id: string) => ({ id, type, version, position, created_id })
  switch (event.event_type) {
    case "OrganizationCreated":
      return creating(event.organization_id)
    case "DepartmentCreated":
      return creating(event.department_id)
    case "TeamFormed":
      return creating(event.team_id)
    case "RoleCreated":
      return creating(event.role_id)
    case "FacilityCreated":
      return creating(event.facility_id)
    case "OrganizationStatusChanged": {
      const status_change = { to: event.new_status, reasoned: event.reason !== null }
      return { id, type, version, position, status_change }
    }
    default:
      return { id, type, version, position }
  }
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

const later = (known: Timestamp | null, time: Timestamp): Timestamp => known !== null && known > time ? known : time
