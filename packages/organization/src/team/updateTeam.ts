import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { unavailable } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { liveTeam } from "../units/Units.ts"
import { changedFields, changesOf } from "../updates/changesOf.ts"
import { rolesOutside } from "./teamContents.ts"
import { clearableOfTeam, MaxMembers, TeamStatus, TeamType } from "./teamFields.ts"
import { TeamUpdated } from "./TeamUpdated.ts"

/** The statuses that an update may lead to. */
const transitions: Readonly<Record<TeamStatus, ReadonlyArray<TeamStatus>>> = {
  Forming: ["Active", "OnHold", "Disbanding"],
  Active: ["OnHold", "Disbanding"],
  OnHold: ["Active", "Disbanding"],
  Disbanding: ["Active"],
  Disbanded: []
}

/** Records the fields of a team that differ. Its roles follow it into another department. */
export const updateTeam = organizationCommand({
  team_id: entityId(TeamId),
  organization_id: entityId(OrganizationId),
  name: nullable(Name),
  description: nullable(Description),
  lead_role_id: nullable(entityId(RoleId)),
  max_members: nullable(MaxMembers),
  status: nullable(TeamStatus),
  department_id: nullable(entityId(DepartmentId)),
  team_type: nullable(TeamType),
  metadata: nullable(UnitMetadata),
  clear: clearable(clearableOfTeam)
}, {
  about: "Changes a team. When it moves to another department, its roles follow.",
  checks: [noFieldBothSetAndCleared],
  gate: unlessSuspended,
  leadsTo: ["TeamUpdated"]
}, (state, command) => {
  const { team_id } = command
  const missing = unavailable(state, "Team", team_id) ??
    unavailable(state, "Role", command.lead_role_id) ??
    unavailable(state, "Department", command.department_id)
  if (missing !== null) return rejected(missing)
  const team = liveTeam(state, team_id)!
  const changes = changesOf(TeamUpdated, team, command)
  if (changes.status !== null && !transitions[team.status].includes(changes.status)) {
    return rejected(
      errorKinds.InvalidEntityStatus.make({
        kind: "Team",
        from: team.status,
        to: changes.status,
        use_command: changes.status === "Disbanded" ? "DisbandTeam" : null
      })
    )
  }
  if (changedFields(changes).length === 0) return noChange
  return accepted({
    event_type: "TeamUpdated",
    team_id,
    organization_id: state.id,
    changes,
    moved_role_ids: rolesOutside(state, team_id, changes.department_id)
  })
})
