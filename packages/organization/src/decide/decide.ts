import { duplicate, rejected } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import { causingCommands } from "../events/causingCommands.ts"
import type { CommandType, OrganizationCommand } from "../OrganizationCommand.ts"
import { errorKinds } from "../OrganizationError.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import type { RememberedEvent } from "../state/RecentCommands.ts"
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
 * What an organization says to a command. The order of the checks is part of the contract: an unreadable history, a
 * repeated command, permission, existence, terminal status, status, expected version, and then the rule of the command
 * itself. Whether there is one is asked last, so that only what could be done is refused for not being supported.
 */
export const decide = (
  state: OrganizationState,
  command: OrganizationCommand,
  context: DecideContext
): OrganizationDecision =>
  unreadableHistory(state) ?? repetition(state, command) ??
    forbidden(state, command, context) ??
    (command.command_type === "CreateOrganization"
      ? existing(state) ?? versionConflict(state, command) ??
        unlessTooLarge(state, createOrganization(state, command, context), context)
      : missing(state) ?? blocked(state, command) ?? versionConflict(state, command) ??
        unlessTooLarge(state, applyRule(state as LiveOrganization, command, context), context))

const applyRule = (
  state: LiveOrganization,
  command: OrganizationCommand,
  context: DecideContext
): OrganizationDecision => {
  const rule = rules[command.command_type as RuledCommand] as Rule<CommandType> | undefined
  return rule === undefined ? notSupported(command) : rule(state, command, context)
}

const unreadableHistory = ({ unknown_events }: OrganizationState): OrganizationDecision | null => {
  const { first, first_unreadable } = unknown_events
  if (first_unreadable !== null) {
    return rejected(errorKinds.StreamUnreadable.make({ sequence: first_unreadable.position }))
  }
  if (first === null) return null
  return rejected(
    errorKinds.UpgradeRequired.make({ event_type: first.event_type, schema_version: first.schema_version })
  )
}

const repetition = (state: OrganizationState, command: OrganizationCommand): OrganizationDecision | null => {
  const command_id = command.identity.message_id
  const recorded = state.recent_commands.find(command_id)
  if (recorded === undefined) return null
  const possible: ReadonlyArray<string> = recorded.events.flatMap(({ type }) => causingCommands[type])
  return possible.includes(command.command_type) && asksFor(command, recorded.events)
    ? duplicate(recorded.events)
    : rejected(errorKinds.IdempotencyConflict.make({ command_id, recorded_type: recorded.command_type }))
}

/** Whether a command asks for a change of status that it is said to have led to. Only one command can give a reason. */
const asksFor = (command: OrganizationCommand, events: ReadonlyArray<RememberedEvent>): boolean => {
  const changes = events.flatMap(({ status_change }) => status_change ?? [])
  return changes.length === 0 || changes.some(({ reasoned, to }) =>
    command.command_type === "ChangeOrganizationStatus"
      ? command.new_status === to && (command.reason !== null) === reasoned
      : command.command_type === "UpdateOrganization" && command.status === to && !reasoned
  )
}

const notSupported = ({ command_type }: OrganizationCommand): OrganizationDecision =>
  rejected(errorKinds.CommandNotSupported.make({ command_type, supported: supportedCommands }))

const forbidden = (
  state: OrganizationState,
  { command_type, issued_by }: OrganizationCommand,
  { policy }: DecideContext
): OrganizationDecision | null =>
  policy === undefined || policy(issued_by, command_type, state.id)
    ? null
    : rejected(errorKinds.PermissionDenied.make({ actor: issued_by, action: command_type }))

const existing = ({ id, organization, version }: OrganizationState): OrganizationDecision | null =>
  organization === null ? null : rejected(errorKinds.OrganizationAlreadyExists.make({ organization_id: id, version }))

const missing = ({ id, organization }: OrganizationState): OrganizationDecision | null =>
  organization === null ? rejected(errorKinds.OrganizationNotFound.make({ organization_id: id })) : null

const blocked = ({ organization }: OrganizationState, command: OrganizationCommand): OrganizationDecision | null => {
  const status = organization?.status
  if (status === undefined) return null
  if (isTerminal(status)) return rejected(errorKinds.OrganizationTerminal.make({ status }))
  const allowed_in = commandGate[command.command_type]
  return allowed_in.includes(status)
    ? null
    : rejected(errorKinds.CommandNotAllowedInStatus.make({ status, command: command.command_type, allowed_in }))
}

const versionConflict = (state: OrganizationState, command: OrganizationCommand): OrganizationDecision | null =>
  command.expected_version === null || command.expected_version === state.version
    ? null
    : rejected(errorKinds.VersionConflict.make({ expected: command.expected_version, actual: state.version }))
