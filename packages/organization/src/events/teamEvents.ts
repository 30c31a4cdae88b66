import * as Event from "@cim-domain/commands/Event"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { TeamStatus, TeamType } from "../values/TeamStatus.ts"
import { adding } from "./adding.ts"

/** What happened to teams. */
export const teamEvents = {
  TeamFormed: Event.make({
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    name: Schema.String,
    team_type: TeamType,
    occurred_at: timestamp,
    description: nullable(Schema.String),
    max_members: nullable(Quantity)
  }, {
    creates: "team_id",
    causedBy: ["CreateTeam"],
    upcast: { 1: adding({ description: null, max_members: null }) }
  }),
  TeamUpdated: Event.make({
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
  }, {
    causedBy: ["UpdateTeam"],
    upcast: { 1: adding({ moved_role_ids: [] }, { department_id: null, team_type: null, cleared: [] }) }
  }),
  TeamDisbanded: Event.make({
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    members_transferred_to: nullable(entityId(TeamId)),
    occurred_at: timestamp,
    /** What moved; `null` in history that did not record it. */
    transferred: nullable(Schema.Struct({ role_ids: defaulted(Schema.Array(entityId(RoleId)), []) }))
  }, {
    causedBy: ["DisbandTeam"],
    upcast: { 1: adding({ transferred: null }) }
  })
}
