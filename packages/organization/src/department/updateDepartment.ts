import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { unavailable } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { liveDepartment } from "../units/Units.ts"
import { changedFields, changesOf } from "../updates/changesOf.ts"
import { clearableOfDepartment, DepartmentStatus } from "./departmentFields.ts"
import { DepartmentUpdated } from "./DepartmentUpdated.ts"

/** Records the fields of a department that differ. Its end and its place are not among them. */
export const updateDepartment = organizationCommand({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  name: nullable(Name),
  code: nullable(Code),
  description: nullable(Description),
  head_role_id: nullable(entityId(RoleId)),
  status: nullable(DepartmentStatus),
  metadata: nullable(UnitMetadata),
  clear: clearable(clearableOfDepartment)
}, {
  about: "Changes a department, its head, or its status; `Dissolved` has a command of its own.",
  checks: [noFieldBothSetAndCleared],
  gate: unlessSuspended,
  leadsTo: ["DepartmentUpdated"]
}, (state, command) => {
  const { department_id } = command
  const missing = unavailable(state, "Department", department_id) ?? unavailable(state, "Role", command.head_role_id)
  if (missing !== null) return rejected(missing)
  const department = liveDepartment(state, department_id)!
  const changes = changesOf(DepartmentUpdated, department, command)
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
})
