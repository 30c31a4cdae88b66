import type { DepartmentId, RoleId, TeamId } from "../Identifiers.ts"
import { members } from "../units/Relation.ts"
import { liveRole, type Units } from "../units/Units.ts"

/** The live roles of a team. */
export const teamContents = ({ index }: Units, id: TeamId): ReadonlyArray<RoleId> => members(index.rolesByTeam, id)

/** The roles of a team that have a department, and another one than `departmentId`; none outside of none. */
export const rolesOutside = (units: Units, id: TeamId, departmentId: DepartmentId | null): ReadonlyArray<RoleId> =>
  departmentId === null
    ? []
    : teamContents(units, id).filter((roleId) =>
      (liveRole(units, roleId)?.department_id ?? departmentId) !== departmentId
    )
