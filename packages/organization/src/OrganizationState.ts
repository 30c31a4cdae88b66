import { HashMap } from "effect"
import type { OrganizationId } from "./Identifiers.ts"
import { type Anomalies, noAnomalies } from "./state/Anomalies.ts"
import type { ChildOrganization } from "./state/ChildOrganization.ts"
import type { OrganizationRoot } from "./state/OrganizationRoot.ts"
import { noRecentCommands, type RecentCommands } from "./state/RecentCommands.ts"
import { noUnknownEvents, type UnknownEvents } from "./state/UnknownEvents.ts"
import type { Timestamp } from "./Timestamp.ts"

/** What deciding needs to know about an organization; always the fold of its events, never changed in place. */
export interface OrganizationState {
  readonly id: OrganizationId
  /** The number of events. */
  readonly version: number
  /** The latest time at which anything happened; `null` before the first event. */
  readonly updated_at: Timestamp | null
  /** `null` until the organization is created. */
  readonly organization: OrganizationRoot | null
  readonly children: HashMap.HashMap<OrganizationId, ChildOrganization>
  readonly recent_commands: RecentCommands
  readonly unknown_events: UnknownEvents
  readonly anomalies: Anomalies
}

/** The state of an organization to which nothing has happened. */
export const initialState = (organizationId: string): OrganizationState => ({
  id: organizationId as OrganizationId,
  version: 0,
  updated_at: null,
  organization: null,
  children: HashMap.empty(),
  recent_commands: noRecentCommands,
  unknown_events: noUnknownEvents,
  anomalies: noAnomalies
})
