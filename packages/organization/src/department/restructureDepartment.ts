import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { circularReference } from "../units/circularReference.ts"
import { depthOf, type Forest, heightOf } from "../units/Forest.ts"
import { unavailable } from "../units/unavailable.ts"
import { liveDepartment } from "../units/Units.ts"
import type { Department } from "./Department.ts"
import { RestructureType } from "./departmentFields.ts"

/**
 * Moves a department with everything below it, or marks it as being split up or merged into its new parent; a department
 * that has been emptied is then dissolved.
 */
export const restructureDepartment = organizationCommand({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  new_parent_id: nullable(entityId(DepartmentId)),
  restructure_type: RestructureType,
  reason: nullable(Reason)
}, {
  about: "Moves a department, or announces that it is split or merged.",
  gate: unlessSuspended,
  leadsTo: ["DepartmentRestructured"]
}, (state, command, context) => {
  const { department_id, new_parent_id, restructure_type } = command
  const missing = unavailable(state, "Department", department_id) ?? unavailable(state, "Department", new_parent_id)
  if (missing !== null) return rejected(missing)
  const department = liveDepartment(state, department_id)!
  const { parent_department_id: current, status } = department
  const forest = state.index.departmentForest
  const target = restructure_type === "Split" && new_parent_id === null ? current : new_parent_id
  const problem = circularReference("Department", forest, department_id, target) ??
    (target === current ? null : exceeded(
      "department_depth",
      context.limits.depth,
      depthOf(forest, target) + heightOf(forest, department_id)
    )) ??
    unfit(forest, department, restructure_type, target)
  if (problem !== null) return rejected(problem)
  const marks = restructure_type === "Split" || restructure_type === "Merge"
  if (target === current && (!marks || status === "Restructuring")) return noChange
  return accepted({
    event_type: "DepartmentRestructured",
    department_id,
    organization_id: state.id,
    new_parent_id: target,
    restructure_type,
    previous_parent_id: current,
    reason: command.reason
  })
})

/** Why this type of restructuring cannot lead there; staying in place is for all but a split nothing to do. */
const unfit = (
  forest: Forest<DepartmentId>,
  { id, parent_department_id: current }: Department,
  type: RestructureType,
  target: DepartmentId | null
): OrganizationError | null => {
  const because = (why: string) => errorKinds.InvalidRestructure.make({ type, why })
  if (type === "Merge" && target === null) return because("it needs the department to merge into")
  if (target === current) return null
  const [from, to] = [depthOf(forest, current) + 1, depthOf(forest, target) + 1]
  if (type === "Split") return because("a department that is split up stays where it is")
  if (type === "Promotion" && to >= from) return because(`level ${to} is not above level ${from} of ${id}`)
  if (type === "Demotion" && to <= from) return because(`level ${to} is not below level ${from} of ${id}`)
  return null
}
