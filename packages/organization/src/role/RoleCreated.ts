import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { fittingReference, fittingReferences, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { statusOfUnit } from "../units/Units.ts"
import { InitialRoleStatus, RoleType } from "./roleFields.ts"

/** There is a new role. */
export const RoleCreated = organizationEvent({
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
  permissions: defaulted(Schema.Array(Schema.String), []),
  responsibilities: defaulted(Schema.Array(Schema.String), []),
  occurred_at: timestamp,
  status: defaulted(InitialRoleStatus, "Active"),
  dotted_line_to: defaulted(Schema.Array(entityId(RoleId)), []),
  metadata: defaulted(StoredMetadata, {})
}, {
  creates: "role_id",
  causedBy: ["CreateRole"]
}, (state, event) => {
  const { code, description, level, permissions, responsibilities, role_id: id, role_type, title } = event
  if (statusOfUnit(state, "Role", id) !== undefined) return new Unfit("the role exists already")
  const department = fittingReference("department_id", event.department_id, null, isLive(state, "Department"))
  const team = fittingReference("team_id", event.team_id, null, isLive(state, "Team"))
  const manager = fittingReference("reports_to", event.reports_to, null, isLive(state, "Role"))
  const dotted = fittingReferences("dotted_line_to", event.dotted_line_to, isLive(state, "Role"))
  return applied(
    putUnit(state, "Role", {
      id,
      title,
      code,
      description,
      role_type,
      level,
      department_id: department.value,
      team_id: team.value,
      reports_to: manager.value,
      permissions,
      responsibilities,
      dotted_line_to: dotted.value,
      metadata: event.metadata,
      status: event.status
    }),
    department.ignored,
    team.ignored,
    manager.ignored,
    dotted.ignored
  )
})
