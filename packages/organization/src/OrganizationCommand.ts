import type { CommandsOf } from "@cim-domain/commands/Aggregate"
import { childCommands } from "./commands/childCommands.ts"
import { departmentCommands } from "./commands/departmentCommands.ts"
import { facilityCommands } from "./commands/facilityCommands.ts"
import { organizationCommands } from "./commands/organizationCommands.ts"
import { roleCommands } from "./commands/roleCommands.ts"
import { teamCommands } from "./commands/teamCommands.ts"
import type { OrganizationId } from "./Identifiers.ts"

/** The definition of each command by its type. */
export const commandTable = {
  ...organizationCommands,
  ...departmentCommands,
  ...teamCommands,
  ...roleCommands,
  ...facilityCommands,
  ...childCommands
}

type Commands = CommandsOf<"organization", typeof OrganizationId, typeof commandTable>

/** The name of a command, as in `command_type`. */
export type CommandType = keyof Commands

/** The command of one type. */
export type CommandOf<Type extends CommandType> = Commands[Type]

/** What the outside may ask of an organization; plain data, told apart by `command_type`. */
export type OrganizationCommand = Commands[CommandType]

/** All command types. */
export const commandTypes = Object.keys(commandTable) as ReadonlyArray<CommandType>

/** Whether a string names a command. */
export const isCommandType = (name: string): name is CommandType => Object.hasOwn(commandTable, name)
