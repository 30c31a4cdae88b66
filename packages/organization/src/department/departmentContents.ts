import type { DepartmentId } from "../Identifiers.ts"
import { childrenOf } from "../units/Forest.ts"
import { members } from "../units/Relation.ts"
import type { Units } from "../units/Units.ts"

/** The live units directly in a department. */
export const departmentContents = ({ index }: Units, id: DepartmentId) => ({
  departments: childrenOf(index.departmentForest, id),
  teams: members(index.teamsByDepartment, id),
  roles: members(index.rolesByDepartment, id)
})
