import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { fittingReference, isLive, wrongList } from "../units/fitting.ts"
import { isWithin } from "../units/Forest.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveDepartment, liveRole, liveTeam } from "../units/Units.ts"
import type { Role } from "./Role.ts"
import { roleUses } from "./roleUses.ts"

/**
 * A role has ended. The replacement takes over all that points to the role. If it stands below the role, it first takes the
 * role's place under the role's manager, so that no circle arises. Without a replacement, reports go to the manager, and dotted
 * lines to the role end.
 */
export const RoleDeprecated = organizationEvent({
  role_id: entityId(RoleId),
  organization_id: entityId(OrganizationId),
  reason: Schema.String,
  replacement_role_id: nullable(entityId(RoleId)),
  effective_date: timestamp,
  occurred_at: timestamp,
  /** What points elsewhere now; `null` in history that did not record it. */
  repointed: nullable(Schema.Struct({
    report_role_ids: defaulted(Schema.Array(entityId(RoleId)), []),
    replacement_reports_to: nullable(entityId(RoleId)),
    headed_department_ids: defaulted(Schema.Array(entityId(DepartmentId)), []),
    led_team_ids: defaulted(Schema.Array(entityId(TeamId)), []),
    dotted_role_ids: defaulted(Schema.Array(entityId(RoleId)), [])
  }))
}, {
  causedBy: ["DeprecateRole"],
  upcast: { 1: adding({ repointed: null }) }
}, (state, { replacement_role_id, repointed, role_id }) => {
  const role = liveRole(state, role_id)
  if (role === undefined) return new Unfit("the role is not there")
  const isOther = (id: RoleId) => id !== role.id && isLive(state, "Role")(id)
  const replacement = fittingReference("replacement_role_id", replacement_role_id, null, isOther)
  const successor = replacement.value
  const { dotted, heads, leads, reports } = roleUses(state, role.id)
  const moved = reports.filter((id) => id !== successor)
  const rises = successor !== null && isWithin(state.index.roleForest, successor, role.id)
  let next = rises ? putUnit(state, "Role", { ...liveRole(state, successor)!, reports_to: role.reports_to }) : state
  for (const id of moved) {
    next = putUnit(next, "Role", { ...liveRole(next, id)!, reports_to: successor ?? role.reports_to })
  }
  for (const id of heads) next = putUnit(next, "Department", { ...liveDepartment(next, id)!, head_role_id: successor })
  for (const id of leads) next = putUnit(next, "Team", { ...liveTeam(next, id)!, lead_role_id: successor })
  for (const id of dotted) {
    const other = liveRole(next, id)!
    next = putUnit(next, "Role", { ...other, dotted_line_to: redirected(other, role.id, successor) })
  }
  const risen = rises && role.reports_to !== null ? [role.reports_to] : []
  return applied(
    putUnit(next, "Role", { ...role, status: "Deprecated" }),
    replacement.ignored,
    wrongList("report_role_ids", repointed?.report_role_ids, moved),
    wrongList("headed_department_ids", repointed?.headed_department_ids, heads),
    wrongList("led_team_ids", repointed?.led_team_ids, leads),
    wrongList("dotted_role_ids", repointed?.dotted_role_ids, dotted),
    repointed === null
      ? []
      : wrongList("replacement_reports_to", [repointed.replacement_reports_to ?? []].flat(), risen)
  )
})

/** The dotted line of a role after another one became `to`; it ends where that one is none, the role itself, or there already. */
const redirected = ({ dotted_line_to, id }: Role, from: RoleId, to: RoleId | null): ReadonlyArray<RoleId> =>
  to === null || to === id || dotted_line_to.includes(to)
    ? dotted_line_to.filter((each) => each !== from)
    : dotted_line_to.map((each) => each === from ? to : each)
