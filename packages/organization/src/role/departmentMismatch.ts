import type { DepartmentId, TeamId } from "../Identifiers.ts"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { liveTeam, type Units } from "../units/Units.ts"

/** The error of a role in one department and in a team of another one, else `null`. */
export const departmentMismatch = (
  units: Units,
  team_id: TeamId | null,
  role_department_id: DepartmentId | null
): OrganizationError | null => {
  const team_department_id = team_id === null ? null : liveTeam(units, team_id)?.department_id ?? null
  return team_id === null || team_department_id === null || role_department_id === null ||
      team_department_id === role_department_id
    ? null
    : errorKinds.TeamDepartmentMismatch.make({ team_id, team_department_id, role_department_id })
}
