import { commandNotSupported } from "@cim-domain/commands/errors/serviceErrors"
import { rejected } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "./DecideContext.ts"
import { beforeCreation, type LiveStatus } from "./definition/CommandGate.ts"
import { noRuleYet, type OrganizationDecision } from "./definition/organizationCommand.ts"
import { unlessTooLarge } from "./limits/unlessTooLarge.ts"
import { isTerminal } from "./organization/organizationFields.ts"
import { commandTable, type OrganizationCommand, supportedCommands } from "./OrganizationCommand.ts"
import { errorKinds, type OrganizationError } from "./OrganizationError.ts"
import type { OrganizationState } from "./OrganizationState.ts"

/**
 * What an organization refuses before anybody looks at the version that a command expects, in this order: that it is there
 * already, or is not; that it has ended; that its status does not allow it.
 */
export const gate = (state: OrganizationState, { command_type }: OrganizationCommand): OrganizationError | null => {
  const { gate } = commandTable[command_type]
  return gate === beforeCreation ? existing(state) : missing(state) ?? blocked(state, command_type, gate)
}

/**
 * What an organization says to a command that {@link gate} let through. Whether there is a rule is asked last, so that only
 * what could be done is refused for not being supported.
 */
export const decide = (
  state: OrganizationState,
  command: OrganizationCommand,
  context: DecideContext
): OrganizationDecision => {
  const { rule } = commandTable[command.command_type]
  return rule === noRuleYet
    ? rejected(commandNotSupported(command.command_type, supportedCommands))
    : unlessTooLarge(state, rule(state, command, context), context)
}

const existing = ({ id, organization, version }: OrganizationState): OrganizationError | null =>
  organization === null ? null : errorKinds.OrganizationAlreadyExists.make({ organization_id: id, version })

const missing = ({ id, organization }: OrganizationState): OrganizationError | null =>
  organization === null ? errorKinds.OrganizationNotFound.make({ organization_id: id }) : null

const blocked = (
  { organization }: OrganizationState,
  command: string,
  allowed_in: ReadonlyArray<LiveStatus>
): OrganizationError | null => {
  const status = organization?.status
  if (status === undefined) return null
  if (isTerminal(status)) return errorKinds.OrganizationTerminal.make({ status })
  return allowed_in.includes(status)
    ? null
    : errorKinds.CommandNotAllowedInStatus.make({ status, command, allowed_in })
}
