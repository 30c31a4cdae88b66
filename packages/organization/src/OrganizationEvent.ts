import type { EventsOf } from "@cim-domain/commands/Aggregate"
import type { OpaqueEvent } from "@cim-domain/commands/history/OpaqueEvent"
import { childEvents } from "./events/childEvents.ts"
import { departmentEvents } from "./events/departmentEvents.ts"
import { facilityEvents } from "./events/facilityEvents.ts"
import { organizationEvents } from "./events/organizationEvents.ts"
import { roleEvents } from "./events/roleEvents.ts"
import { teamEvents } from "./events/teamEvents.ts"
import type { OrganizationId } from "./Identifiers.ts"

/** The definition of each event by its type. */
export const eventTable = {
  ...organizationEvents,
  ...departmentEvents,
  ...teamEvents,
  ...roleEvents,
  ...facilityEvents,
  ...childEvents
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
