import type { CommandType } from "../OrganizationCommand.ts"
import { addChildOrganization } from "./addChildOrganization.ts"
import { changeOrganizationStatus } from "./changeOrganizationStatus.ts"
import { createDepartment } from "./createDepartment.ts"
import { createFacility } from "./createFacility.ts"
import { createRole } from "./createRole.ts"
import { createTeam } from "./createTeam.ts"
import { deprecateRole } from "./deprecateRole.ts"
import { disbandTeam } from "./disbandTeam.ts"
import { dissolveDepartment } from "./dissolveDepartment.ts"
import { dissolveOrganization } from "./dissolveOrganization.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { removeChildOrganization } from "./removeChildOrganization.ts"
import { removeFacility } from "./removeFacility.ts"
import { restructureDepartment } from "./restructureDepartment.ts"
import { updateDepartment } from "./updateDepartment.ts"
import { updateFacility } from "./updateFacility.ts"
import { updateOrganization } from "./updateOrganization.ts"
import { updateRole } from "./updateRole.ts"
import { updateTeam } from "./updateTeam.ts"

/** The rule for each command on an organization that exists and is not terminal. */
export const rules: { readonly [Type in RuledCommand]: Rule<Type> } = {
  UpdateOrganization: updateOrganization,
  DissolveOrganization: dissolveOrganization,
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

/** The commands that {@link rules} has a rule for; a merger is between two organizations. */
export type RuledCommand = Exclude<CommandType, "CreateOrganization" | "MergeOrganizations">
