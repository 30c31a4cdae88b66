import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { errorKinds } from "../OrganizationError.ts"
import { liveDepartment } from "../state/Units.ts"
import { changedFields, clearedFields, ifDifferent } from "./changes.ts"
import { codeInUse } from "./codeInUse.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable } from "./unavailable.ts"

/** Records the fields of a department that differ. Its end and its place are not among them. */
export const updateDepartment: Rule<"UpdateDepartment"> = (state, command) => {
  const { department_id } = command
  const missing = unavailable(state, "Department", department_id) ?? unavailable(state, "Role", command.head_role_id)
  if (missing !== null) return rejected(missing)
  const department = liveDepartment(state, department_id)!
  const changes = {
    name: ifDifferent(department.name, command.name),
    code: ifDifferent(department.code, command.code),
    description: ifDifferent(department.description, command.description),
    head_role_id: ifDifferent(department.head_role_id, command.head_role_id),
    status: ifDifferent(department.status, command.status),
    cleared: clearedFields(department, ["description", "head_role_id"], command.clear)
  }
  const taken = codeInUse("Department", state.index.departmentCodes, changes.code, department_id)
  if (taken !== null) return rejected(taken)
  if (changes.status === "Dissolved") {
    return rejected(
      errorKinds.InvalidEntityStatus.make({
        kind: "Department",
        from: department.status,
        to: changes.status,
        use_command: "DissolveDepartment"
      })
    )
  }
  if (changedFields(changes).length === 0) return noChange
  return accepted({
    event_type: "DepartmentUpdated",
    department_id,
    organization_id: state.id,
    changes
  })
}
