import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Result, Schema } from "effect"
import { childCommands } from "./commands/childCommands.ts"
import { departmentCommands } from "./commands/departmentCommands.ts"
import { facilityCommands } from "./commands/facilityCommands.ts"
import { organizationCommands } from "./commands/organizationCommands.ts"
import { roleCommands } from "./commands/roleCommands.ts"
import { teamCommands } from "./commands/teamCommands.ts"
import type { OrganizationId } from "./Identifiers.ts"
import { issuesOf, type ValidationIssue } from "./wire/ValidationIssue.ts"

/** The schema of each command by its type. */
export const commandSchemas = {
  ...organizationCommands,
  ...departmentCommands,
  ...teamCommands,
  ...roleCommands,
  ...facilityCommands,
  ...childCommands
}

/** The name of a command, as in `command_type`. */
export type CommandType = keyof typeof commandSchemas

/** The command of one type. */
export type CommandOf<Type extends CommandType> = (typeof commandSchemas)[Type]["Type"]

/** What the outside may ask of an organization; plain data, told apart by `command_type`. */
export type OrganizationCommand = { [Type in CommandType]: CommandOf<Type> }[CommandType]

/** All command types. */
export const commandTypes = Object.keys(commandSchemas) as ReadonlyArray<CommandType>

/** Whether a string names a command. */
export const isCommandType = (name: string): name is CommandType => Object.hasOwn(commandSchemas, name)

/** The organization a command is addressed to; a merger is addressed to the surviving one, a child to its parent. */
export const addresseeOf = (command: OrganizationCommand): OrganizationId => {
  switch (command.command_type) {
    case "MergeOrganizations":
      return command.surviving_organization_id
    case "AddChildOrganization":
    case "RemoveChildOrganization":
      return command.parent_organization_id
    default:
      return command.organization_id
  }
}

/** The id of the unit that a creating command creates, else `null`. */
export const createdBy = (command: OrganizationCommand): string | null => {
  switch (command.command_type) {
    case "CreateOrganization":
      return command.organization_id
    case "CreateDepartment":
      return command.department_id
    case "CreateTeam":
      return command.team_id
    case "CreateRole":
      return command.role_id
    case "CreateFacility":
      return command.facility_id
    default:
      return null
  }
}

/** The command as canonical JSON text. Throws for a value that is no valid command, which its type cannot rule out. */
export const encodeCommand = (command: OrganizationCommand): string =>
  JSON.stringify(encoders[command.command_type](command))

/**
 * Reads the fields of a command of a known type. Identity and the id of a unit to create must be there; everything else
 * that is optional takes its default. Fails with every issue found.
 */
export const decodeCommandFields = (
  type: CommandType,
  fields: unknown
): Result.Result<OrganizationCommand, ReadonlyArray<ValidationIssue>> =>
  Result.mapError(decoders[type](fields), (error) => issuesOf(error.issue))

type AnyCommand = Schema.Codec<OrganizationCommand, unknown>

const forEachType = <A>(make: (schema: AnyCommand) => A): Readonly<Record<CommandType, A>> =>
  Object.fromEntries(
    commandTypes.map((type) => [type, make(commandSchemas[type] as unknown as AnyCommand)])
  ) as Record<CommandType, A>

const decoders = forEachType((schema) => Schema.decodeUnknownResult(CompiledSchemas.install(schema), { errors: "all" }))
const encoders = forEachType((schema) => Schema.encodeSync(CompiledSchemas.install(schema)))
