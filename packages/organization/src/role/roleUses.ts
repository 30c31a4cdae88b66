import type { RoleId } from "../Identifiers.ts"
import { childrenOf } from "../units/Forest.ts"
import { members } from "../units/Relation.ts"
import type { Units } from "../units/Units.ts"

/**
 * The live units that point to a role: its direct reports, the departments it heads, the teams it leads, and the roles with a
 * dotted line to it.
 */
export const roleUses = ({ index }: Units, id: RoleId) => ({
  reports: childrenOf(index.roleForest, id),
  heads: members(index.departmentsByHead, id),
  leads: members(index.teamsByLead, id),
  dotted: members(index.rolesByDottedLine, id)
})
