import type { EventsOf } from "@cim-domain/commands/Aggregate"
import type { OpaqueEvent } from "@cim-domain/commands/history/OpaqueEvent"
import { DepartmentCreated } from "./department/DepartmentCreated.ts"
import { DepartmentDissolved } from "./department/DepartmentDissolved.ts"
import { DepartmentRestructured } from "./department/DepartmentRestructured.ts"
import { DepartmentUpdated } from "./department/DepartmentUpdated.ts"
import { FacilityCreated } from "./facility/FacilityCreated.ts"
import { FacilityRemoved } from "./facility/FacilityRemoved.ts"
import { FacilityUpdated } from "./facility/FacilityUpdated.ts"
import { ChildOrganizationAdded } from "./hierarchy/ChildOrganizationAdded.ts"
import { ChildOrganizationRemoved } from "./hierarchy/ChildOrganizationRemoved.ts"
import { OrganizationMerged } from "./hierarchy/OrganizationMerged.ts"
import type { OrganizationId } from "./Identifiers.ts"
import { OrganizationCreated } from "./organization/OrganizationCreated.ts"
import { OrganizationDissolved } from "./organization/OrganizationDissolved.ts"
import { OrganizationStatusChanged } from "./organization/OrganizationStatusChanged.ts"
import { OrganizationUpdated } from "./organization/OrganizationUpdated.ts"
import { RoleCreated } from "./role/RoleCreated.ts"
import { RoleDeprecated } from "./role/RoleDeprecated.ts"
import { RoleUpdated } from "./role/RoleUpdated.ts"
import { TeamDisbanded } from "./team/TeamDisbanded.ts"
import { TeamFormed } from "./team/TeamFormed.ts"
import { TeamUpdated } from "./team/TeamUpdated.ts"

/** All events by their types. Snapshots hold their places: a new order makes those of before worthless. */
export const eventTable = {
  OrganizationCreated,
  OrganizationUpdated,
  OrganizationDissolved,
  OrganizationMerged,
  OrganizationStatusChanged,
  DepartmentCreated,
  DepartmentUpdated,
  DepartmentRestructured,
  DepartmentDissolved,
  TeamFormed,
  TeamUpdated,
  TeamDisbanded,
  RoleCreated,
  RoleUpdated,
  RoleDeprecated,
  FacilityCreated,
  FacilityUpdated,
  FacilityRemoved,
  ChildOrganizationAdded,
  ChildOrganizationRemoved
}

type Events = EventsOf<"organization", typeof OrganizationId, typeof eventTable>

/** The name of an event, as in `event_type`. */
export type EventType = keyof Events

/** The event of one type. */
export type EventOf<Type extends EventType> = Events[Type]

/** An event whose meaning this version knows; plain data, told apart by `event_type`. */
export type KnownEvent = Events[EventType]

/** What happened to an organization, or something in its history that this version cannot read. */
export type OrganizationEvent = KnownEvent | OpaqueEvent

/** All event types. */
export const eventTypes = Object.keys(eventTable) as ReadonlyArray<EventType>

/** Whether a string names an event. */
export const isEventType = (name: string): name is EventType => Object.hasOwn(eventTable, name)
