import { commandNotSupported } from "@cim-domain/commands/errors/serviceErrors"
import { type Decision, rejected } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import type { CommandType, OrganizationCommand } from "../OrganizationCommand.ts"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { isTerminal } from "../values/OrganizationStatus.ts"
import { commandGate } from "./commandGate.ts"
import { createOrganization } from "./createOrganization.ts"
import type { LiveOrganization, OrganizationDecision, Rule } from "./OrganizationDecision.ts"
import { type RuledCommand, rules } from "./rules.ts"
import { unlessTooLarge } from "./unlessTooLarge.ts"

/** The commands that this version carries out; the others are read and refused. */
export const supportedCommands: ReadonlyArray<CommandType> = [
  "CreateOrganization",
  ...Object.keys(rules) as ReadonlyArray<RuledCommand>
]

/**
 * What an organization refuses before anybody looks at the version that a command expects, in this order: that it is there
 * already, or is not; that it has ended; that its status does not allow it.
 */
export const gate = (state: OrganizationState, command: OrganizationCommand): OrganizationError | null =>
  command.command_type === "CreateOrganization" ? existing(state) : missing(state) ?? blocked(state, command)

/** What an organization says to a command that {@link gate} let through. */
export const decide = (
  state: OrganizationState,
  command: OrganizationCommand,
  context: DecideContext
): OrganizationDecision =>
  unlessTooLarge(
    state,
    command.command_type === "CreateOrganization"
      ? createOrganization(state, command)
      : applyRule(state as LiveOrganization, command, context),
    context
  )

/** Whether there is a rule is asked last, so that only what could be done is refused for not being supported. */
const applyRule = (
  state: LiveOrganization,
  command: OrganizationCommand,
  context: DecideContext
): OrganizationDecision => {
  const rule = rules[command.command_type as RuledCommand] as Rule<CommandType> | undefined
  return rule === undefined ? notSupported(command) : rule(state, command, context)
}

const notSupported = ({ command_type }: OrganizationCommand): Decision<never, OrganizationError> =>
  rejected(commandNotSupported(command_type, supportedCommands))

const existing = ({ id, organization, version }: OrganizationState): OrganizationError | null =>
  organization === null ? null : errorKinds.OrganizationAlreadyExists.make({ organization_id: id, version })

const missing = ({ id, organization }: OrganizationState): OrganizationError | null =>
  organization === null ? errorKinds.OrganizationNotFound.make({ organization_id: id }) : null

const blocked = ({ organization }: OrganizationState, command: OrganizationCommand): OrganizationError | null => {
  const status = organization?.status
  if (status === undefined) return null
  if (isTerminal(status)) return errorKinds.OrganizationTerminal.make({ status })
  const allowed_in = commandGate[command.command_type]
  return allowed_in.includes(status)
    ? null
    : errorKinds.CommandNotAllowedInStatus.make({ status, command: command.command_type, allowed_in })
}
