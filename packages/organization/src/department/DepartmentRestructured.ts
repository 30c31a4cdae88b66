import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId } from "../Identifiers.ts"
import { fitsAbove, fittingReference } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveDepartment } from "../units/Units.ts"
import { RestructureType } from "./departmentFields.ts"

/** A department moved. A split changes nothing but the status; the new parts are created one by one. */
export const DepartmentRestructured = organizationEvent({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  new_parent_id: nullable(entityId(DepartmentId)),
  restructure_type: RestructureType,
  occurred_at: timestamp,
  previous_parent_id: nullable(entityId(DepartmentId)),
  reason: nullable(Schema.String)
}, {
  causedBy: ["RestructureDepartment"],
  upcast: { 1: adding({ previous_parent_id: null }) }
}, (state, { department_id, new_parent_id, restructure_type }) => {
  const department = liveDepartment(state, department_id)
  if (department === undefined) return new Unfit("the department is not there")
  const current = department.parent_department_id
  const parent = restructure_type === "Split"
    ? { value: current, ignored: [] }
    : fittingReference("new_parent_id", new_parent_id, current, fitsAbove(state, "Department", department_id))
  const status = restructure_type === "Split" || restructure_type === "Merge" ? "Restructuring" : department.status
  return applied(
    putUnit(state, "Department", { ...department, parent_department_id: parent.value, status }),
    parent.ignored
  )
})
