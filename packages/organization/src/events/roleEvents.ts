import * as Event from "@cim-domain/commands/Event"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { RoleStatus, RoleType } from "../values/RoleStatus.ts"
import { adding } from "./adding.ts"

const texts = Schema.Array(Schema.String)

/** What happened to roles. */
export const roleEvents = {
  RoleCreated: Event.make({
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
  }, {
    creates: "role_id",
    causedBy: ["CreateRole"]
  }),
  RoleUpdated: Event.make({
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
  }, {
    causedBy: ["UpdateRole"],
    upcast: { 1: adding({}, { code: null, department_id: null, team_id: null, role_type: null, cleared: [] }) }
  }),
  RoleDeprecated: Event.make({
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
  }, {
    causedBy: ["DeprecateRole"],
    upcast: { 1: adding({ repointed: null }) }
  })
}
