import { HashMap } from "effect"
import { growth } from "./bytesOf.ts"
import { relink } from "./Relation.ts"
import type { Team } from "./Team.ts"
import { oneIf } from "./UnitIndex.ts"
import { liveTeam, type Units } from "./Units.ts"

/** A new team, or what a team becomes next; the index follows, and holds only live ones. */
export const putTeam = <State extends Units>(units: State, next: Team): State => {
  const before = liveTeam(units, next.id)
  const after = next.status === "Disbanded" ? undefined : next
  const { liveTeams, teamsByDepartment, teamsByLead } = units.index
  return {
    ...units,
    teams: HashMap.set(units.teams, next.id, next),
    bytes: units.bytes + growth(before, next),
    index: {
      ...units.index,
      teamsByDepartment: relink(
        teamsByDepartment,
        next.id,
        before?.department_id ?? null,
        after?.department_id ?? null
      ),
      teamsByLead: relink(teamsByLead, next.id, before?.lead_role_id ?? null, after?.lead_role_id ?? null),
      liveTeams: liveTeams + oneIf(after) - oneIf(before)
    }
  }
}
