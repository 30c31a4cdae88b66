import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { changedReference, changedStatus, fitsAbove, fittingReferences, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveRole } from "../units/Units.ts"
import { withChanges } from "../updates/withChanges.ts"
import { clearableOfRole, RoleStatus, RoleType } from "./roleFields.ts"

/** A role changed. */
export const RoleUpdated = organizationEvent({
  role_id: entityId(RoleId),
  organization_id: entityId(OrganizationId),
  changes: Schema.Struct({
    title: nullable(Schema.String),
    description: nullable(Schema.String),
    level: nullable(Quantity),
    reports_to: nullable(entityId(RoleId)),
    permissions: nullable(Schema.Array(Schema.String)),
    responsibilities: nullable(Schema.Array(Schema.String)),
    status: nullable(RoleStatus),
    code: nullable(Schema.String),
    department_id: nullable(entityId(DepartmentId)),
    team_id: nullable(entityId(TeamId)),
    role_type: nullable(RoleType),
    dotted_line_to: nullable(Schema.Array(entityId(RoleId))),
    metadata: nullable(StoredMetadata),
    cleared: defaulted(Schema.Array(Schema.Literals(clearableOfRole)), [])
  }),
  occurred_at: timestamp
}, {
  causedBy: ["UpdateRole"],
  upcast: { 1: adding({}, { code: null, department_id: null, team_id: null, role_type: null, cleared: [] }) }
}, (state, { changes, role_id }) => {
  const role = liveRole(state, role_id)
  if (role === undefined) return new Unfit("the role is not there")
  const department = changedReference(
    "department_id",
    changes,
    changes.department_id,
    role.department_id,
    isLive(state, "Department")
  )
  const team = changedReference("team_id", changes, changes.team_id, role.team_id, isLive(state, "Team"))
  const manager = changedReference(
    "reports_to",
    changes,
    changes.reports_to,
    role.reports_to,
    fitsAbove(state, "Role", role_id)
  )
  const isOther = (id: RoleId) => id !== role_id && isLive(state, "Role")(id)
  const dotted = changes.dotted_line_to === null
    ? { value: role.dotted_line_to, ignored: [] }
    : fittingReferences("dotted_line_to", changes.dotted_line_to, isOther)
  const status = changedStatus("Role", changes.status, role.status)
  return applied(
    putUnit(state, "Role", {
      ...withChanges(role, changes),
      department_id: department.value,
      team_id: team.value,
      reports_to: manager.value,
      dotted_line_to: dotted.value,
      status: status.value
    }),
    department.ignored,
    team.ignored,
    manager.ignored,
    dotted.ignored,
    status.ignored
  )
})
