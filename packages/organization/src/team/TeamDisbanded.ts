import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import type { Role } from "../role/Role.ts"
import { fittingReference, isLive, wrongList } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveRole, liveTeam, type Units } from "../units/Units.ts"
import type { Team } from "./Team.ts"
import { teamContents } from "./teamContents.ts"

/** A team has ended. */
export const TeamDisbanded = organizationEvent({
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
}, (state, { members_transferred_to, team_id, transferred }) => {
  const team = liveTeam(state, team_id)
  if (team === undefined) return new Unfit("the team is not there")
  const isOther = (id: Team["id"]) => id !== team.id && isLive(state, "Team")(id)
  const target = fittingReference("members_transferred_to", members_transferred_to, null, isOther)
  const roles = teamContents(state, team.id)
  let next = state
  for (const id of roles) {
    next = putUnit(next, "Role", withoutTeam(liveRole(next, id)!, team, target.value, state))
  }
  return applied(
    putUnit(next, "Team", { ...team, lead_role_id: null, status: "Disbanded" }),
    target.ignored,
    wrongList("role_ids", transferred?.role_ids, roles)
  )
})

/** A role in its next team, in whose department it must be, or in none; then it stays in the department of the old one. */
const withoutTeam = (role: Role, from: Team, to: Team["id"] | null, units: Units): Role => {
  if (to === null) return { ...role, team_id: null, department_id: role.department_id ?? from.department_id }
  const department = liveTeam(units, to)?.department_id ?? role.department_id
  return { ...role, team_id: to, department_id: role.department_id === null ? null : department }
}
