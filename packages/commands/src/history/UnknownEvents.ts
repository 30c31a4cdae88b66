import { Schema } from "effect"
import { Quantity } from "../fields/Quantity.ts"

const UnknownEvent = Schema.Struct({
  event_type: Schema.String,
  schema_version: Schema.NullOr(Schema.Int),
  position: Quantity
})

/** Events whose meaning is not known here: how many, the first that a newer version may know, the first that is no JSON. */
export const UnknownEvents = Schema.Struct({
  count: Quantity,
  first: Schema.NullOr(UnknownEvent),
  first_unreadable: Schema.NullOr(UnknownEvent)
})
export type UnknownEvents = typeof UnknownEvents.Type

/** None. */
export const noUnknownEvents: UnknownEvents = { count: 0, first: null, first_unreadable: null }

/** One more. */
export const addUnknownEvent = (
  events: UnknownEvents,
  event: typeof UnknownEvent.Type,
  readable: boolean
): UnknownEvents => ({
  count: events.count + 1,
  first: readable ? events.first ?? event : events.first,
  first_unreadable: readable ? events.first_unreadable : events.first_unreadable ?? event
})
