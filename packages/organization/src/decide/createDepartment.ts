import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { depthOf } from "../state/Forest.ts"
import { codeInUse } from "./codeInUse.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { idInUse, unavailable } from "./unavailable.ts"

/** Creates a department, at the top level or in another one. */
export const createDepartment: Rule<"CreateDepartment"> = (state, command, context) => {
  const { code, department_id, description, name, parent_department_id } = command
  const { departmentCodes, departmentForest, liveDepartments } = state.index
  const { depth, unitsPerKind } = context.limits
  const problem = idInUse(state, "Department", department_id) ??
    unavailable(state, "Department", parent_department_id) ??
    codeInUse("Department", departmentCodes, code, department_id) ??
    exceeded("department_depth", depth, depthOf(departmentForest, parent_department_id) + 1) ??
    exceeded("departments", unitsPerKind, liveDepartments + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "DepartmentCreated",
    department_id,
    organization_id: state.id,
    parent_department_id,
    name,
    code,
    description
  })
}
