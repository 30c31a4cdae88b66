import { DepartmentId, entityId, OrganizationId, RoleId } from "../Identifiers.ts"
import { DepartmentStatus, RestructureType } from "../values/DepartmentStatus.ts"
import { Code, Description, Name, Reason } from "../values/Text.ts"
import { nullable } from "../wire/nullable.ts"
import { clearable, noFieldBothSetAndCleared } from "./clearable.ts"
import { command } from "./command.ts"

/** The commands about departments. */
export const departmentCommands = {
  CreateDepartment: command("CreateDepartment", {
    organization_id: entityId(OrganizationId),
    parent_department_id: nullable(entityId(DepartmentId)),
    name: Name,
    code: Code,
    description: nullable(Description),
    department_id: entityId(DepartmentId)
  }),
  UpdateDepartment: command("UpdateDepartment", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    code: nullable(Code),
    description: nullable(Description),
    head_role_id: nullable(entityId(RoleId)),
    status: nullable(DepartmentStatus),
    clear: clearable(["description", "head_role_id"])
  }).check(noFieldBothSetAndCleared),
  RestructureDepartment: command("RestructureDepartment", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    new_parent_id: nullable(entityId(DepartmentId)),
    restructure_type: RestructureType
  }),
  DissolveDepartment: command("DissolveDepartment", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    transfer_to: nullable(entityId(DepartmentId))
  })
}
