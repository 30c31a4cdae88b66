import type { CommandsOf } from "@cim-domain/commands/Aggregate"
import { noRuleYet } from "./definition/organizationCommand.ts"
import { createDepartment } from "./department/createDepartment.ts"
import { dissolveDepartment } from "./department/dissolveDepartment.ts"
import { restructureDepartment } from "./department/restructureDepartment.ts"
import { updateDepartment } from "./department/updateDepartment.ts"
import { createFacility } from "./facility/createFacility.ts"
import { removeFacility } from "./facility/removeFacility.ts"
import { updateFacility } from "./facility/updateFacility.ts"
import { addChildOrganization } from "./hierarchy/addChildOrganization.ts"
import { mergeOrganizations } from "./hierarchy/mergeOrganizations.ts"
import { removeChildOrganization } from "./hierarchy/removeChildOrganization.ts"
import type { OrganizationId } from "./Identifiers.ts"
import { changeOrganizationStatus } from "./organization/changeOrganizationStatus.ts"
import { createOrganization } from "./organization/createOrganization.ts"
import { dissolveOrganization } from "./organization/dissolveOrganization.ts"
import { updateOrganization } from "./organization/updateOrganization.ts"
import { createRole } from "./role/createRole.ts"
import { deprecateRole } from "./role/deprecateRole.ts"
import { updateRole } from "./role/updateRole.ts"
import { createTeam } from "./team/createTeam.ts"
import { disbandTeam } from "./team/disbandTeam.ts"
import { updateTeam } from "./team/updateTeam.ts"

/** All commands by their types. Snapshots hold their places: a new order makes those of before worthless. */
export const commandTable = {
  CreateOrganization: createOrganization,
  UpdateOrganization: updateOrganization,
  DissolveOrganization: dissolveOrganization,
  MergeOrganizations: mergeOrganizations,
  ChangeOrganizationStatus: changeOrganizationStatus,
  CreateDepartment: createDepartment,
  UpdateDepartment: updateDepartment,
  RestructureDepartment: restructureDepartment,
  DissolveDepartment: dissolveDepartment,
  CreateTeam: createTeam,
  UpdateTeam: updateTeam,
  DisbandTeam: disbandTeam,
  CreateRole: createRole,
  UpdateRole: updateRole,
  DeprecateRole: deprecateRole,
  CreateFacility: createFacility,
  UpdateFacility: updateFacility,
  RemoveFacility: removeFacility,
  AddChildOrganization: addChildOrganization,
  RemoveChildOrganization: removeChildOrganization
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

/** The commands that this version carries out; the others are read and refused. */
export const supportedCommands: ReadonlyArray<CommandType> = commandTypes.filter((type) =>
  commandTable[type].rule !== noRuleYet
)

/** Whether a string names a command. */
export const isCommandType = (name: string): name is CommandType => Object.hasOwn(commandTable, name)
