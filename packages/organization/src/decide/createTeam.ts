import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { idInUse, unavailable } from "./unavailable.ts"

/** Creates a team, inside one department or outside all; several may have one name. */
export const createTeam: Rule<"CreateTeam"> = (state, command, context) => {
  const { department_id, description, max_members, name, team_id, team_type } = command
  const problem = idInUse(state, "Team", team_id) ??
    unavailable(state, "Department", department_id) ??
    exceeded("teams", context.limits.unitsPerKind, state.index.liveTeams + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "TeamFormed",
    team_id,
    organization_id: state.id,
    department_id,
    name,
    team_type,
    description,
    max_members
  })
}
