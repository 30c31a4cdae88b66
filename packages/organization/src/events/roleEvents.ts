import { Schema } from "effect"
import { DepartmentId, entityId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { Quantity } from "../values/Quantity.ts"
import { RoleStatus, RoleType } from "../values/RoleStatus.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

const texts = Schema.Array(Schema.String)

/** What happened to roles. */
export const roleEvents = {
  RoleCreated: event("RoleCreated", {
    role_id: entityId(RoleId),
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    team_id: nullable(entityId(TeamId)),
    title: Schema.String,
    code: Schema.String,
    description: nullable(Schema.String),
    role_type: RoleType,
    level: nullable(Quantity),
    reports_to: nullable(entityId(RoleId)),
    permissions: defaulted(texts, []),
    responsibilities: defaulted(texts, []),
    occurred_at: timestamp
  }),
  RoleUpdated: event("RoleUpdated", {
    role_id: entityId(RoleId),
    organization_id: entityId(OrganizationId),
    changes: Schema.Struct({
      title: nullable(Schema.String),
      description: nullable(Schema.String),
      level: nullable(Quantity),
      reports_to: nullable(entityId(RoleId)),
      permissions: nullable(texts),
      responsibilities: nullable(texts),
      status: nullable(RoleStatus),
      code: nullable(Schema.String),
      department_id: nullable(entityId(DepartmentId)),
      team_id: nullable(entityId(TeamId)),
      role_type: nullable(RoleType),
      cleared: defaulted(
        Schema.Array(Schema.Literals(["description", "level", "reports_to", "department_id", "team_id"])),
        []
      )
    }),
    occurred_at: timestamp
  }),
  RoleDeprecated: event("RoleDeprecated", {
    role_id: entityId(RoleId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    replacement_role_id: nullable(entityId(RoleId)),
    effective_date: timestamp,
    occurred_at: timestamp,
    /** What points elsewhere now; `null` in history that did not record it. */
    repointed: nullable(Schema.Struct({
      report_role_ids: defaulted(Schema.Array(entityId(RoleId)), []),
      replacement_reports_to: nullable(entityId(RoleId)),
      headed_department_ids: defaulted(Schema.Array(entityId(DepartmentId)), []),
      led_team_ids: defaulted(Schema.Array(entityId(TeamId)), [])
    }))
  })
}
