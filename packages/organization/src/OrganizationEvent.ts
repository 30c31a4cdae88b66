import { childEvents } from "./events/childEvents.ts"
import { departmentEvents } from "./events/departmentEvents.ts"
import { facilityEvents } from "./events/facilityEvents.ts"
import type { OpaqueEvent } from "./events/OpaqueEvent.ts"
import { organizationEvents } from "./events/organizationEvents.ts"
import { roleEvents } from "./events/roleEvents.ts"
import { teamEvents } from "./events/teamEvents.ts"
import type { OrganizationId } from "./Identifiers.ts"

/** The schema of each event by its type. */
export const eventSchemas = {
  ...organizationEvents,
  ...departmentEvents,
  ...teamEvents,
  ...roleEvents,
  ...facilityEvents,
  ...childEvents
}

/** The name of an event, as in `event_type`. */
export type EventType = keyof typeof eventSchemas

/** The event of one type. */
export type EventOf<Type extends EventType> = (typeof eventSchemas)[Type]["Type"]

/** An event whose meaning this version knows; plain data, told apart by `event_type`. */
export type KnownEvent = { [Type in EventType]: EventOf<Type> }[EventType]

/** What happened to an organization, or something in its history that this version cannot read. */
export type OrganizationEvent = KnownEvent | OpaqueEvent

/** All event types. */
export const eventTypes = Object.keys(eventSchemas) as ReadonlyArray<EventType>

/** Whether a string names an event. */
export const isEventType = (name: string): name is EventType => Object.hasOwn(eventSchemas, name)

/** The organization in whose stream an event belongs. */
export const streamOf = (event: KnownEvent): OrganizationId => {
  switch (event.event_type) {
    case "OrganizationMerged":
      return event.recorded_on === "merged" ? event.merged_organization_id : event.surviving_organization_id
    case "ChildOrganizationAdded":
    case "ChildOrganizationRemoved":
      return event.parent_organization_id
    default:
      return event.organization_id
  }
}

/**
 * The command that an event came from. An event that carries its command's identity unchanged, as the first version of
 * the service wrote them, has another message id than its own.
 */
export const commandIdOf = ({ event_id, identity }: KnownEvent): string =>
  identity.message_id === (event_id as string) ? identity.causation_id : identity.message_id
