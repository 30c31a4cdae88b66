import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { errorKinds } from "../OrganizationError.ts"
import { depthOf, heightOf, isWithin } from "../units/Forest.ts"
import { unavailable } from "../units/unavailable.ts"
import { departmentContents } from "./departmentContents.ts"

/** Ends a department; what is in it moves to another one that is not below it. */
export const dissolveDepartment = organizationCommand({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  reason: Reason,
  transfer_to: nullable(entityId(DepartmentId))
}, {
  about: "Ends a department. What it contains goes to another department, which must be named.",
  gate: unlessSuspended,
  leadsTo: ["DepartmentDissolved"]
}, (state, command, context) => {
  const { department_id, reason, transfer_to } = command
  const missing = unavailable(state, "Department", department_id) ?? unavailable(state, "Department", transfer_to)
  if (missing !== null) return rejected(missing)
  const forest = state.index.departmentForest
  const { departments, roles, teams } = departmentContents(state, department_id)
  if (transfer_to === null) {
    if (departments.length + teams.length + roles.length > 0) {
      return rejected(errorKinds.DepartmentNotEmpty.make({ departments, teams, roles }))
    }
  } else {
    if (isWithin(forest, transfer_to, department_id)) {
      const why = transfer_to === department_id ? "it is the department itself" : "it is below the department"
      return rejected(errorKinds.InvalidTransferTarget.make({ target: transfer_to, why }))
    }
    // The children take the place of the department below the target, one level higher than below the department.
    const tooDeep = exceeded(
      "department_depth",
      context.limits.depth,
      departments.length === 0 ? 0 : depthOf(forest, transfer_to) + heightOf(forest, department_id) - 1
    )
    if (tooDeep !== null) return rejected(tooDeep)
  }
  return accepted({
    event_type: "DepartmentDissolved",
    department_id,
    organization_id: state.id,
    reason,
    transfer_to,
    transferred: { department_ids: departments, team_ids: teams, role_ids: roles }
  })
})
