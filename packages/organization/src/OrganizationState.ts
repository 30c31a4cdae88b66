import { HashMap } from "effect"
import type { OrganizationId } from "./Identifiers.ts"
import { type Anomalies, noAnomalies } from "./state/Anomalies.ts"
import type { ChildOrganization } from "./state/ChildOrganization.ts"
import type { Merger } from "./state/Merger.ts"
import type { OrganizationRoot } from "./state/OrganizationRoot.ts"
import { RecentCommands } from "./state/RecentCommands.ts"
import { noUnits, type Units } from "./state/Units.ts"
import { noUnknownEvents, type UnknownEvents } from "./state/UnknownEvents.ts"
import type { Timestamp } from "./Timestamp.ts"

/** What deciding needs to know about an organization; always the fold of its events, never changed in place. */
export interface OrganizationState extends Units {
  readonly id: OrganizationId
  /** The number of events. */
  readonly version: number
  /** The latest time at which anything happened; `null` before the first event. */
  readonly updated_at: Timestamp | null
  /** `null` until the organization is created; units may be there before, in histories of the first writers. */
  readonly organization: OrganizationRoot | null
  readonly children: HashMap.HashMap<OrganizationId, ChildOrganization>
  /** The organizations that were merged into this one. */
  readonly absorbed: HashMap.HashMap<OrganizationId, Merger>
  /** The organization that this one was merged into. */
  readonly merged_into: Merger | null
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
  ...noUnits,
  children: HashMap.empty(),
  absorbed: HashMap.empty(),
  merged_into: null,
  recent_commands: RecentCommands.none,
  unknown_events: noUnknownEvents,
  anomalies: noAnomalies
})
