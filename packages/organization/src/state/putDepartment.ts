import { HashMap } from "effect"
import { growth } from "./bytesOf.ts"
import type { Department } from "./Department.ts"
import { replant } from "./Forest.ts"
import { relink } from "./Relation.ts"
import { codeKeyOf, oneIf } from "./UnitIndex.ts"
import { liveDepartment, type Units } from "./Units.ts"

/**
 * A new department, or what a department becomes next; the index follows. Only live units are in the index, so one that
 * is dissolved leaves it; nothing may stand below it or point to it by then.
 */
export const putDepartment = <State extends Units>(units: State, next: Department): State => {
  const before = liveDepartment(units, next.id)
  const after = next.status === "Dissolved" ? undefined : next
  const { departmentCodes, departmentForest, departmentsByHead, liveDepartments } = units.index
  const [from, to] = [before?.parent_department_id ?? null, after?.parent_department_id ?? null]
  return {
    ...units,
    departments: HashMap.set(units.departments, next.id, next),
    bytes: units.bytes + growth(before, next),
    index: {
      ...units.index,
      departmentForest: replant(departmentForest, next.id, from, to),
      departmentCodes: relink(departmentCodes, next.id, codeKeyOf(before), codeKeyOf(after)),
      departmentsByHead: relink(
        departmentsByHead,
        next.id,
        before?.head_role_id ?? null,
        after?.head_role_id ?? null
      ),
      liveDepartments: liveDepartments + oneIf(after) - oneIf(before)
    }
  }
}
