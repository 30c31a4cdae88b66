import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId } from "../Identifiers.ts"
import { changedReference, changedStatus, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveDepartment } from "../units/Units.ts"
import { withChanges } from "../updates/withChanges.ts"
import { clearableOfDepartment, DepartmentStatus } from "./departmentFields.ts"

/** A department changed, but for its place. */
export const DepartmentUpdated = organizationEvent({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  changes: Schema.Struct({
    name: nullable(Schema.String),
    code: nullable(Schema.String),
    description: nullable(Schema.String),
    head_role_id: nullable(entityId(RoleId)),
    status: nullable(DepartmentStatus),
    metadata: nullable(StoredMetadata),
    cleared: defaulted(Schema.Array(Schema.Literals(clearableOfDepartment)), [])
  }),
  occurred_at: timestamp
}, {
  causedBy: ["UpdateDepartment"],
  upcast: { 1: adding({}, { cleared: [] }) }
}, (state, { changes, department_id }) => {
  const department = liveDepartment(state, department_id)
  if (department === undefined) return new Unfit("the department is not there")
  const head = changedReference(
    "head_role_id",
    changes,
    changes.head_role_id,
    department.head_role_id,
    isLive(state, "Role")
  )
  const status = changedStatus("Department", changes.status, department.status)
  const next = { ...withChanges(department, changes), head_role_id: head.value, status: status.value }
  return applied(putUnit(state, "Department", next), head.ignored, status.ignored)
})
