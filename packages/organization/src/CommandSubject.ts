import { addresseeOf, type CommandType, type OrganizationCommand } from "./OrganizationCommand.ts"
import { commandPrefix, commandTypeOfToken } from "./Subjects.ts"
import { uuidPattern } from "./Uuid.ts"

const start = `${commandPrefix}.`

/** What the subject of a command claims about it; `null` is no claim. */
export interface CommandSubject {
  readonly organizationId: string | null
  readonly type: CommandType | null
}

/** Short names of commands in subjects, as the first version of the service documented them. */
const legacyTokens: ReadonlyMap<string, CommandType> = new Map([
  ["create", "CreateOrganization"],
  ["update", "UpdateOrganization"],
  ["dissolve", "DissolveOrganization"],
  ["merge", "MergeOrganizations"],
  ["change_status", "ChangeOrganizationStatus"]
])

/**
 * Reads the subject a command came on: `organization.commands.<id>.<command>`, with `new` for the id of an organization
 * to be created. `acceptLegacy` adds the older forms with either an id or a command alone. `null` for anything else; ids
 * must be canonical, so that one organization has one subject and permissions on it cannot be evaded.
 */
export const parseCommandSubject = (subject: string, acceptLegacy: boolean): CommandSubject | null => {
  if (!subject.startsWith(start)) return null
  const dot = subject.indexOf(".", start.length)
  if (dot === -1) return acceptLegacy ? parseLegacy(subject.slice(start.length)) : null
  const first = subject.slice(start.length, dot)
  const type = commandTypeOfToken.get(subject.slice(dot + 1))
  if (type === undefined) return null
  if (first === "new") return type === "CreateOrganization" ? { organizationId: null, type } : null
  return uuidPattern.test(first) ? { organizationId: first, type } : null
}

/** What of a subject contradicts the command that came on it, or `null` when they agree. */
export const disagreement = (subject: CommandSubject, command: OrganizationCommand): string | null => {
  if (subject.type !== null && subject.type !== command.command_type) {
    return `the subject names ${subject.type}, the body ${command.command_type}`
  }
  if (subject.organizationId !== null && !partiesOf(command).includes(subject.organizationId)) {
    return `the subject names organization ${subject.organizationId}, the body ${partiesOf(command).join(" and ")}`
  }
  return null
}

const parseLegacy = (token: string): CommandSubject | null => {
  if (uuidPattern.test(token)) return { organizationId: token, type: null }
  const type = commandTypeOfToken.get(token) ?? legacyTokens.get(token)
  return type === undefined ? null : { organizationId: null, type }
}

const partiesOf = (command: OrganizationCommand): ReadonlyArray<string> =>
  command.command_type === "MergeOrganizations"
    ? [command.surviving_organization_id, command.merged_organization_id]
    : [addresseeOf(command)]
