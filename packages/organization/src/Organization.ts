import type { Decider } from "@cim-domain/event-sourcing/Decider"
import { decide } from "./decide/decide.ts"
import type { DecideContext } from "./DecideContext.ts"
import { evolve } from "./evolve/evolve.ts"
import type { OrganizationCommand } from "./OrganizationCommand.ts"
import type { OrganizationError } from "./OrganizationError.ts"
import type { OrganizationEvent } from "./OrganizationEvent.ts"
import { initialState, type OrganizationState } from "./OrganizationState.ts"

/** The organization as a decider: how it begins, what it says to commands, and what events make of it. */
export const organization: Decider<
  OrganizationState,
  OrganizationCommand,
  OrganizationEvent,
  OrganizationError,
  DecideContext
> = { initial: initialState, decide, evolve, begins: ({ command_type }) => command_type === "CreateOrganization" }
