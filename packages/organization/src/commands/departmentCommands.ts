import * as Command from "@cim-domain/commands/Command"
import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Code, Description, Name, Reason } from "@cim-domain/commands/fields/Text"
import { DepartmentId, OrganizationId, RoleId } from "../Identifiers.ts"
import { DepartmentStatus, RestructureType } from "../values/DepartmentStatus.ts"

/** The commands about departments. */
export const departmentCommands = {
  CreateDepartment: Command.make({
    organization_id: entityId(OrganizationId),
    parent_department_id: nullable(entityId(DepartmentId)),
    name: Name,
    code: Code,
    description: nullable(Description),
    department_id: entityId(DepartmentId)
  }, { creates: "department_id" }),
  UpdateDepartment: Command.make({
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    code: nullable(Code),
    description: nullable(Description),
    head_role_id: nullable(entityId(RoleId)),
    status: nullable(DepartmentStatus),
    clear: clearable(["description", "head_role_id"])
  }, { checks: [noFieldBothSetAndCleared] }),
  RestructureDepartment: Command.make({
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    new_parent_id: nullable(entityId(DepartmentId)),
    restructure_type: RestructureType
  }),
  DissolveDepartment: Command.make({
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    transfer_to: nullable(entityId(DepartmentId))
  })
}
