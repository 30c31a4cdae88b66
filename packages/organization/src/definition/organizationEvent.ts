import type { EventValue } from "@cim-domain/commands/Aggregate"
import * as Event from "@cim-domain/commands/Event"
import { type Evolved, Partly } from "@cim-domain/commands/history/Evolved"
import type { OrganizationState } from "../OrganizationState.ts"

/** All there is to an event of an organization. */
export interface OrganizationEventDefinition<Fields extends Event.EventFields, Addressee extends Event.EventAddressee>
  extends Event.EventDefinition<Fields, Addressee>
{
  /** What it does to a state. Total: what does not fit changes nothing, what fits in part applies in part. */
  readonly apply: (state: OrganizationState, event: any) => Evolved<OrganizationState>
}

/** Defines an event by its fields, by what else there is to say of it, and by what it does. */
export const organizationEvent = <
  const Fields extends Event.EventFields,
  const Addressee extends Event.EventAddressee = undefined
>(
  fields: Fields,
  options: Event.EventOptions<Addressee>,
  apply: (state: OrganizationState, event: EventValue<string, Fields>) => Evolved<OrganizationState>
): OrganizationEventDefinition<Fields, Addressee> => ({ ...Event.make(fields, options), apply })

/** The effect of an event that applies, perhaps without some of what it says, for which there are words. */
export const applied = (
  state: OrganizationState,
  ...ignored: ReadonlyArray<ReadonlyArray<string>>
): Evolved<OrganizationState> => ignored.every(isEmpty) ? state : new Partly(state, ignored.flat())

const isEmpty = (texts: ReadonlyArray<string>): boolean => texts.length === 0
