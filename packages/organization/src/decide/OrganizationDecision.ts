import type { BareEventOf } from "@cim-domain/commands/Aggregate"
import type { Decision } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import type { CommandOf, CommandType } from "../OrganizationCommand.ts"
import type { OrganizationError } from "../OrganizationError.ts"
import type { KnownEvent } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { OrganizationRoot } from "../state/OrganizationRoot.ts"

/** An event without what follows from its command. */
export type BareEvent = BareEventOf<"organization", KnownEvent>

/** What an organization says to a command. */
export type OrganizationDecision = Decision<BareEvent, OrganizationError>

/** An organization that is created and not terminal. */
export interface LiveOrganization extends OrganizationState {
  readonly organization: OrganizationRoot
}

/** The rule for one command on a live organization; what holds for all commands was checked before. */
export type Rule<Type extends CommandType> = (
  state: LiveOrganization,
  command: CommandOf<Type>,
  context: DecideContext
) => OrganizationDecision
