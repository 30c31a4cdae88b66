import { HashMap } from "effect"
import { growth } from "./bytesOf.ts"
import { replant } from "./Forest.ts"
import { relink } from "./Relation.ts"
import type { Role } from "./Role.ts"
import { codeKeyOf, oneIf } from "./UnitIndex.ts"
import { liveRole, type Units } from "./Units.ts"

/** A new role, or what a role becomes next; the index follows, and holds only live ones. */
export const putRole = <State extends Units>(units: State, next: Role): State => {
  const before = liveRole(units, next.id)
  const after = next.status === "Deprecated" ? undefined : next
  const { liveRoles, roleCodes, roleForest, rolesByDepartment, rolesByTeam } = units.index
  return {
    ...units,
    roles: HashMap.set(units.roles, next.id, next),
    bytes: units.bytes + growth(before, next),
    index: {
      ...units.index,
      roleForest: replant(roleForest, next.id, before?.reports_to ?? null, after?.reports_to ?? null),
      roleCodes: relink(roleCodes, next.id, codeKeyOf(before), codeKeyOf(after)),
      rolesByDepartment: relink(
        rolesByDepartment,
        next.id,
        before?.department_id ?? null,
        after?.department_id ?? null
      ),
      rolesByTeam: relink(rolesByTeam, next.id, before?.team_id ?? null, after?.team_id ?? null),
      liveRoles: liveRoles + oneIf(after) - oneIf(before)
    }
  }
}
