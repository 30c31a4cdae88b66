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
import { fittingReference, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { statusOfUnit } from "../units/Units.ts"
import { TeamType } from "./teamFields.ts"

/** There is a new team. */
export const TeamFormed = organizationEvent({
  team_id: entityId(TeamId),
  organization_id: entityId(OrganizationId),
  department_id: nullable(entityId(DepartmentId)),
  name: Schema.String,
  team_type: TeamType,
  occurred_at: timestamp,
  description: nullable(Schema.String),
  max_members: nullable(Quantity),
  lead_role_id: nullable(entityId(RoleId)),
  metadata: defaulted(StoredMetadata, {})
}, {
  creates: "team_id",
  causedBy: ["CreateTeam"],
  upcast: { 1: adding({ description: null, max_members: null }) }
}, (state, event) => {
  const { department_id, description, max_members, metadata, name, team_id: id, team_type } = event
  if (statusOfUnit(state, "Team", id) !== undefined) return new Unfit("the team exists already")
  const department = fittingReference("department_id", department_id, null, isLive(state, "Department"))
  const lead = fittingReference("lead_role_id", event.lead_role_id, null, isLive(state, "Role"))
  return applied(
    putUnit(state, "Team", {
      id,
      name,
      description,
      team_type,
      max_members,
      department_id: department.value,
      lead_role_id: lead.value,
      metadata,
      status: "Forming"
    }),
    department.ignored,
    lead.ignored
  )
})
