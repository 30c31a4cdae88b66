import { Schema } from "effect"
import { DepartmentId, entityId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { DepartmentStatus, RestructureType } from "../values/DepartmentStatus.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

/** What happened to departments. */
export const departmentEvents = {
  DepartmentCreated: event("DepartmentCreated", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    parent_department_id: nullable(entityId(DepartmentId)),
    name: Schema.String,
    code: Schema.String,
    occurred_at: timestamp,
    description: nullable(Schema.String)
  }),
  DepartmentUpdated: event("DepartmentUpdated", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    changes: Schema.Struct({
      name: nullable(Schema.String),
      code: nullable(Schema.String),
      description: nullable(Schema.String),
      head_role_id: nullable(entityId(RoleId)),
      status: nullable(DepartmentStatus),
      cleared: defaulted(Schema.Array(Schema.Literals(["description", "head_role_id"])), [])
    }),
    occurred_at: timestamp
  }),
  DepartmentRestructured: event("DepartmentRestructured", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    new_parent_id: nullable(entityId(DepartmentId)),
    restructure_type: RestructureType,
    occurred_at: timestamp,
    previous_parent_id: nullable(entityId(DepartmentId))
  }),
  DepartmentDissolved: event("DepartmentDissolved", {
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    transfer_to: nullable(entityId(DepartmentId)),
    occurred_at: timestamp,
    /** What moved to `transfer_to`; `null` in history that did not record it. */
    transferred: nullable(Schema.Struct({
      department_ids: defaulted(Schema.Array(entityId(DepartmentId)), []),
      team_ids: defaulted(Schema.Array(entityId(TeamId)), []),
      role_ids: defaulted(Schema.Array(entityId(RoleId)), [])
    }))
  })
}
