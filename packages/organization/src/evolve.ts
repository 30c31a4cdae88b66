import { type Evolved, Partly, Unfit } from "@cim-domain/commands/history/Evolved"
import { eventTable, type KnownEvent } from "./OrganizationEvent.ts"
import type { OrganizationState } from "./OrganizationState.ts"

/** What an event makes of an organization. */
export const evolve = (state: OrganizationState, event: KnownEvent): Evolved<OrganizationState> =>
  eventTable[event.event_type].apply(state, event)

/** The state after an event, as far as it fits; what is remembered of the past is left as it is. */
export const stateAfter = (state: OrganizationState, event: KnownEvent): OrganizationState => {
  const evolved = evolve(state, event)
  if (evolved instanceof Unfit) return state
  return evolved instanceof Partly ? evolved.state : evolved
}
