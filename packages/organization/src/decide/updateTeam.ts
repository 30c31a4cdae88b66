import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { errorKinds } from "../OrganizationError.ts"
import { rolesOutside } from "../state/contents.ts"
import { liveTeam } from "../state/Units.ts"
import type { TeamStatus } from "../values/TeamStatus.ts"
import { changedFields, clearedFields, ifDifferent } from "./changes.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable } from "./unavailable.ts"

/** The statuses that an update may lead to. */
const transitions: Readonly<Record<TeamStatus, ReadonlyArray<TeamStatus>>> = {
  Forming: ["Active", "OnHold", "Disbanding"],
  Active: ["OnHold", "Disbanding"],
  OnHold: ["Active", "Disbanding"],
  Disbanding: ["Active"],
  Disbanded: []
}

/** Records the fields of a team that differ. Its roles follow it into another department. */
export const updateTeam: Rule<"UpdateTeam"> = (state, command) => {
  const { team_id } = command
  const missing = unavailable(state, "Team", team_id) ??
    unavailable(state, "Role", command.lead_role_id) ??
    unavailable(state, "Department", command.department_id)
  if (missing !== null) return rejected(missing)
  const team = liveTeam(state, team_id)!
  const changes = {
    name: ifDifferent(team.name, command.name),
    description: ifDifferent(team.description, command.description),
    lead_role_id: ifDifferent(team.lead_role_id, command.lead_role_id),
    max_members: ifDifferent(team.max_members, command.max_members),
    status: ifDifferent(team.status, command.status),
    department_id: ifDifferent(team.department_id, command.department_id),
    team_type: ifDifferent(team.team_type, command.team_type),
    cleared: clearedFields(team, ["description", "lead_role_id", "max_members", "department_id"], command.clear)
  }
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
}
