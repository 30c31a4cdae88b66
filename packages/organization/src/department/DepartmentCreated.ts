import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId } from "../Identifiers.ts"
import { fittingReference, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { statusOfUnit } from "../units/Units.ts"

/** There is a new department. */
export const DepartmentCreated = organizationEvent({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  parent_department_id: nullable(entityId(DepartmentId)),
  name: Schema.String,
  code: Schema.String,
  occurred_at: timestamp,
  description: nullable(Schema.String),
  head_role_id: nullable(entityId(RoleId)),
  metadata: defaulted(StoredMetadata, {})
}, {
  creates: "department_id",
  causedBy: ["CreateDepartment"],
  upcast: { 1: adding({ description: null }) }
}, (state, event) => {
  const { code, department_id: id, description, metadata, name, parent_department_id } = event
  if (statusOfUnit(state, "Department", id) !== undefined) return new Unfit("the department exists already")
  const parent = fittingReference("parent_department_id", parent_department_id, null, isLive(state, "Department"))
  const head = fittingReference("head_role_id", event.head_role_id, null, isLive(state, "Role"))
  return applied(
    putUnit(state, "Department", {
      id,
      name,
      code,
      description,
      parent_department_id: parent.value,
      head_role_id: head.value,
      metadata,
      status: "Active"
    }),
    parent.ignored,
    head.ignored
  )
})
