import type { RoleId } from "../Identifiers.ts"
import type { EventOf } from "../OrganizationEvent.ts"
import { roleUses } from "../state/contents.ts"
import { isWithin } from "../state/Forest.ts"
import { putDepartment } from "../state/putDepartment.ts"
import { putRole } from "../state/putRole.ts"
import { putTeam } from "../state/putTeam.ts"
import type { Role } from "../state/Role.ts"
import { liveDepartment, liveRole, liveTeam, statusOfUnit, type Units } from "../state/Units.ts"
import { changedReference, changedStatus, fittingReference, withChanges, wrongList } from "./changes.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/** What an event about a role does to the units. */
export const evolveRoles = <State extends Units>(
  units: State,
  event: EventOf<"RoleCreated" | "RoleUpdated" | "RoleDeprecated">
): EventEffect<State> => {
  if (event.event_type === "RoleCreated") return created(units, event)
  const role = liveRole(units, event.role_id)
  if (role === undefined) return "the role is not there"
  return event.event_type === "RoleUpdated" ? updated(units, role, event) : deprecated(units, role, event)
}

const fitsOf = (units: Units) => ({
  department: (id: NonNullable<Role["department_id"]>) => liveDepartment(units, id) !== undefined,
  team: (id: NonNullable<Role["team_id"]>) => liveTeam(units, id) !== undefined,
  role: (id: RoleId) => liveRole(units, id) !== undefined
})

const created = <State extends Units>(units: State, event: EventOf<"RoleCreated">): EventEffect<State> => {
  const { code, description, level, permissions, responsibilities, role_id: id, role_type, title } = event
  if (statusOfUnit(units, "Role", id) !== undefined) return "the role exists already"
  const fits = fitsOf(units)
  const department = fittingReference("department_id", event.department_id, null, fits.department)
  const team = fittingReference("team_id", event.team_id, null, fits.team)
  const manager = fittingReference("reports_to", event.reports_to, null, fits.role)
  return applied(
    putRole(units, {
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
      status: "Active"
    }),
    department.ignored,
    team.ignored,
    manager.ignored
  )
}

const updated = <State extends Units>(
  units: State,
  role: Role,
  { changes }: EventOf<"RoleUpdated">
): EventEffect<State> => {
  const fits = fitsOf(units)
  const department = changedReference(
    "department_id",
    changes,
    changes.department_id,
    role.department_id,
    fits.department
  )
  const team = changedReference("team_id", changes, changes.team_id, role.team_id, fits.team)
  const manager = changedReference(
    "reports_to",
    changes,
    changes.reports_to,
    role.reports_to,
    (id) => fits.role(id) && !isWithin(units.index.roleForest, id, role.id)
  )
  const status = changedStatus(changes.status, role.status, "Deprecated")
  return applied(
    putRole(units, {
      ...withChanges(role, changes),
      department_id: department.value,
      team_id: team.value,
      reports_to: manager.value,
      status: status.value
    }),
    department.ignored,
    team.ignored,
    manager.ignored,
    status.ignored
  )
}

/**
 * The replacement takes over all that points to the role. If it stands below the role, it first takes the role's place
 * under the role's manager, so that no circle arises. Without a replacement, reports go to the manager.
 */
const deprecated = <State extends Units>(
  units: State,
  role: Role,
  event: EventOf<"RoleDeprecated">
): EventEffect<State> => {
  const replacement = fittingReference(
    "replacement_role_id",
    event.replacement_role_id,
    null,
    (id) => id !== role.id && liveRole(units, id) !== undefined
  )
  const successor = replacement.value
  const { heads, leads, reports } = roleUses(units, role.id)
  const moved = reports.filter((id) => id !== successor)
  const rises = successor !== null && isWithin(units.index.roleForest, successor, role.id)
  let next = rises ? putRole(units, { ...liveRole(units, successor)!, reports_to: role.reports_to }) : units
  for (const id of moved) next = putRole(next, { ...liveRole(next, id)!, reports_to: successor ?? role.reports_to })
  for (const id of heads) next = putDepartment(next, { ...liveDepartment(next, id)!, head_role_id: successor })
  for (const id of leads) next = putTeam(next, { ...liveTeam(next, id)!, lead_role_id: successor })
  const { repointed } = event
  const risen = rises && role.reports_to !== null ? [role.reports_to] : []
  return applied(
    putRole(next, { ...role, status: "Deprecated" }),
    replacement.ignored,
    wrongList("report_role_ids", repointed?.report_role_ids, moved),
    wrongList("headed_department_ids", repointed?.headed_department_ids, heads),
    wrongList("led_team_ids", repointed?.led_team_ids, leads),
    repointed === null
      ? []
      : wrongList("replacement_reports_to", [repointed.replacement_reports_to ?? []].flat(), risen)
  )
}
