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
import { changedReference, changedStatus, isLive, wrongList } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveRole, liveTeam } from "../units/Units.ts"
import { withChanges } from "../updates/withChanges.ts"
import { rolesOutside } from "./teamContents.ts"
import { clearableOfTeam, TeamStatus, TeamType } from "./teamFields.ts"

/** A team changed. Roles that have a department follow it into another one, and stay where they are when it leaves for none. */
export const TeamUpdated = organizationEvent({
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
    metadata: nullable(StoredMetadata),
    cleared: defaulted(Schema.Array(Schema.Literals(clearableOfTeam)), [])
  }),
  occurred_at: timestamp,
  moved_role_ids: defaulted(Schema.Array(entityId(RoleId)), [])
}, {
  causedBy: ["UpdateTeam"],
  upcast: { 1: adding({ moved_role_ids: [] }, { department_id: null, team_type: null, cleared: [] }) }
}, (state, { changes, moved_role_ids, team_id }) => {
  const team = liveTeam(state, team_id)
  if (team === undefined) return new Unfit("the team is not there")
  const lead = changedReference("lead_role_id", changes, changes.lead_role_id, team.lead_role_id, isLive(state, "Role"))
  const department = changedReference(
    "department_id",
    changes,
    changes.department_id,
    team.department_id,
    isLive(state, "Department")
  )
  const status = changedStatus("Team", changes.status, team.status)
  const moved = department.value === team.department_id ? [] : rolesOutside(state, team.id, department.value)
  let next = putUnit(state, "Team", {
    ...withChanges(team, changes),
    lead_role_id: lead.value,
    department_id: department.value,
    status: status.value
  })
  for (const id of moved) next = putUnit(next, "Role", { ...liveRole(next, id)!, department_id: department.value })
  return applied(
    next,
    lead.ignored,
    department.ignored,
    status.ignored,
    wrongList("moved_role_ids", moved_role_ids, moved)
  )
})
