import type { EventOf } from "../OrganizationEvent.ts"
import { rolesOutside, teamContents } from "../state/contents.ts"
import { putRole } from "../state/putRole.ts"
import { putTeam } from "../state/putTeam.ts"
import type { Role } from "../state/Role.ts"
import type { Team } from "../state/Team.ts"
import { liveDepartment, liveRole, liveTeam, statusOfUnit, type Units } from "../state/Units.ts"
import { changedReference, changedStatus, fittingReference, withChanges, wrongList } from "./changes.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/** What an event about a team does to the units. */
export const evolveTeams = <State extends Units>(
  units: State,
  event: EventOf<"TeamFormed" | "TeamUpdated" | "TeamDisbanded">
): EventEffect<State> => {
  if (event.event_type === "TeamFormed") return formed(units, event)
  const team = liveTeam(units, event.team_id)
  if (team === undefined) return "the team is not there"
  return event.event_type === "TeamUpdated" ? updated(units, team, event) : disbanded(units, team, event)
}

const formed = <State extends Units>(units: State, event: EventOf<"TeamFormed">): EventEffect<State> => {
  const { department_id, description, max_members, name, team_id: id, team_type } = event
  if (statusOfUnit(units, "Team", id) !== undefined) return "the team exists already"
  const department = fittingReference(
    "department_id",
    department_id,
    null,
    (id) => liveDepartment(units, id) !== undefined
  )
  return applied(
    putTeam(units, {
      id,
      name,
      description,
      team_type,
      max_members,
      department_id: department.value,
      lead_role_id: null,
      status: "Forming"
    }),
    department.ignored
  )
}

/** Roles that have a department follow their team into another one, and stay where they are when it leaves for none. */
const updated = <State extends Units>(units: State, team: Team, event: EventOf<"TeamUpdated">): EventEffect<State> => {
  const { changes, moved_role_ids } = event
  const lead = changedReference(
    "lead_role_id",
    changes,
    changes.lead_role_id,
    team.lead_role_id,
    (id) => liveRole(units, id) !== undefined
  )
  const department = changedReference(
    "department_id",
    changes,
    changes.department_id,
    team.department_id,
    (id) => liveDepartment(units, id) !== undefined
  )
  const status = changedStatus(changes.status, team.status, "Disbanded")
  const moved = department.value === team.department_id ? [] : rolesOutside(units, team.id, department.value)
  let next = putTeam(units, {
    ...withChanges(team, changes),
    lead_role_id: lead.value,
    department_id: department.value,
    status: status.value
  })
  for (const id of moved) next = putRole(next, { ...liveRole(next, id)!, department_id: department.value })
  return applied(
    next,
    lead.ignored,
    department.ignored,
    status.ignored,
    wrongList("moved_role_ids", moved_role_ids, moved)
  )
}

const disbanded = <State extends Units>(
  units: State,
  team: Team,
  event: EventOf<"TeamDisbanded">
): EventEffect<State> => {
  const { members_transferred_to, transferred } = event
  const target = fittingReference(
    "members_transferred_to",
    members_transferred_to,
    null,
    (id) => id !== team.id && liveTeam(units, id) !== undefined
  )
  const roles = teamContents(units, team.id)
  let next = units
  for (const id of roles) next = putRole(next, withoutTeam(liveRole(next, id)!, team, target.value, units))
  return applied(
    putTeam(next, { ...team, lead_role_id: null, status: "Disbanded" }),
    target.ignored,
    wrongList("role_ids", transferred?.role_ids, roles)
  )
}

/** A role in its next team, in whose department it must be, or in none; then it stays in the department of the old one. */
const withoutTeam = (role: Role, from: Team, to: Team["id"] | null, units: Units): Role => {
  if (to === null) return { ...role, team_id: null, department_id: role.department_id ?? from.department_id }
  const department = liveTeam(units, to)?.department_id ?? role.department_id
  return { ...role, team_id: to, department_id: role.department_id === null ? null : department }
}
