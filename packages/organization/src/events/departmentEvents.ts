import * as Event from "@cim-domain/commands/Event"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { DepartmentStatus, RestructureType } from "../values/DepartmentStatus.ts"
import { adding } from "./adding.ts"

/** What happened to departments. */
export const departmentEvents = {
  DepartmentCreated: Event.make({
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    parent_department_id: nullable(entityId(DepartmentId)),
    name: Schema.String,
    code: Schema.String,
    occurred_at: timestamp,
    description: nullable(Schema.String)
  }, {
    creates: "department_id",
    causedBy: ["CreateDepartment"],
    upcast: { 1: adding({ description: null }) }
  }),
  DepartmentUpdated: Event.make({
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
  }, {
    causedBy: ["UpdateDepartment"],
    upcast: { 1: adding({}, { cleared: [] }) }
  }),
  DepartmentRestructured: Event.make({
    department_id: entityId(DepartmentId),
    organization_id: entityId(OrganizationId),
    new_parent_id: nullable(entityId(DepartmentId)),
    restructure_type: RestructureType,
    occurred_at: timestamp,
    previous_parent_id: nullable(entityId(DepartmentId))
  }, {
    causedBy: ["RestructureDepartment"],
    upcast: { 1: adding({ previous_parent_id: null }) }
  }),
  DepartmentDissolved: Event.make({
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
  }, {
    causedBy: ["DissolveDepartment"],
    upcast: { 1: adding({ transferred: null }) }
  })
}
