import { Schema } from "effect"
import { DepartmentId, entityId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { Quantity } from "../values/Quantity.ts"
import { TeamStatus, TeamType } from "../values/TeamStatus.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

/** What happened to teams. */
export const teamEvents = {
  TeamFormed: event("TeamFormed", {
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    name: Schema.String,
    team_type: TeamType,
    occurred_at: timestamp,
    description: nullable(Schema.String),
    max_members: nullable(Quantity)
  }),
  TeamUpdated: event("TeamUpdated", {
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    changes: Schema.Struct({
      name: nullable(Schema.String),
      description: nullable(Schema.String),
      lead_role_id: nullable(entityId(RoleId)),
      max_members: nullable(Quantity),
      status: nullable(TeamStatus),
      department_id: nullable(entityId(DepartmentId)),
      team_type: nullable(TeamType),
      cleared: defaulted(
        Schema.Array(Schema.Literals(["description", "lead_role_id", "max_members", "department_id"])),
        []
      )
    }),
    occurred_at: timestamp,
    moved_role_ids: defaulted(Schema.Array(entityId(RoleId)), [])
  }),
  TeamDisbanded: event("TeamDisbanded", {
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    members_transferred_to: nullable(entityId(TeamId)),
    occurred_at: timestamp,
    /** What moved; `null` in history that did not record it. */
    transferred: nullable(Schema.Struct({ role_ids: defaulted(Schema.Array(entityId(RoleId)), []) }))
  })
}
