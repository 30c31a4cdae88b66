import type { DepartmentId, RoleId, TeamId } from "../Identifiers.ts"
import { childrenOf } from "./Forest.ts"
import { members } from "./Relation.ts"
import { liveRole, type Units } from "./Units.ts"

/** The live units directly in a department. */
export const departmentContents = ({ index }: Units, id: DepartmentId) => ({
  departments: childrenOf(index.departmentForest, id),
  teams: members(index.teamsByDepartment, id),
  roles: members(index.rolesByDepartment, id)
})

/** The live roles of a team. */
export const teamContents = ({ index }: Units, id: TeamId): ReadonlyArray<RoleId> => members(index.rolesByTeam, id)

/** The roles of a team that have a department, and another one than `departmentId`; none outside of none. */
export const rolesOutside = (units: Units, id: TeamId, departmentId: DepartmentId | null): ReadonlyArray<RoleId> =>
  departmentId === null
    ? []
    : teamContents(units, id).filter((roleId) =>
      (liveRole(units, roleId)?.department_id ?? departmentId) !== departmentId
    )

/** The live units that point to a role: its direct reports, the departments it heads, the teams it leads. */
export const roleUses = ({ index }: Units, id: RoleId) => ({
  reports: childrenOf(index.roleForest, id),
  heads: members(index.departmentsByHead, id),
  leads: members(index.teamsByLead, id)
})
