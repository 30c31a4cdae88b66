import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { whileGrowing } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { depthOf } from "../units/Forest.ts"
import { freeCode } from "../units/freeCode.ts"
import { idInUse, unavailable } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"

/** Creates a department, at the top level or in another one. */
export const createDepartment = organizationCommand({
  organization_id: entityId(OrganizationId),
  parent_department_id: nullable(entityId(DepartmentId)),
  name: Name,
  code: nullable(Code),
  description: nullable(Description),
  department_id: entityId(DepartmentId),
  head_role_id: nullable(entityId(RoleId)),
  metadata: defaulted(UnitMetadata, {})
}, {
  about: "Creates a department, at the top or below another one.",
  creates: "department_id",
  gate: whileGrowing,
  leadsTo: ["DepartmentCreated"]
}, (state, command, context) => {
  const { department_id, description, head_role_id, metadata, name, parent_department_id } = command
  const { departmentCodes, departmentForest, liveDepartments } = state.index
  const { depth, unitsPerKind } = context.limits
  const problem = idInUse(state, "Department", department_id) ??
    unavailable(state, "Department", parent_department_id) ??
    unavailable(state, "Role", head_role_id) ??
    codeInUse("Department", departmentCodes, command.code, department_id) ??
    exceeded("department_depth", depth, depthOf(departmentForest, parent_department_id) + 1) ??
    exceeded("departments", unitsPerKind, liveDepartments + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "DepartmentCreated",
    department_id,
    organization_id: state.id,
    parent_department_id,
    name,
    code: command.code ?? freeCode(departmentCodes, name),
    description,
    head_role_id,
    metadata
  })
})
