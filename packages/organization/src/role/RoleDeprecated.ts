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
import { roleUses } from "./roleUses.ts"

/**
 * A role has ended. The replacement takes over all that points to the role. If it stands below the role, it first takes the
 * role's place under the role's manager, so that no circle arises. Without a replacement, reports go to the manager.
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
    led_team_ids: defaulted(Schema.Array(entityId(TeamId)), [])
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
  const { heads, leads, reports } = roleUses(state, role.id)
  const moved = reports.filter((id) => id !== successor)
  const rises = successor !== null && isWithin(state.index.roleForest, successor, role.id)
  let next = rises ? putUnit(state, "Role", { ...liveRole(state, successor)!, reports_to: role.reports_to }) : state
  for (const id of moved) {
    next = putUnit(next, "Role", { ...liveRole(next, id)!, reports_to: successor ?? role.reports_to })
  }
  for (const id of heads) next = putUnit(next, "Department", { ...liveDepartment(next, id)!, head_role_id: successor })
  for (const id of leads) next = putUnit(next, "Team", { ...liveTeam(next, id)!, lead_role_id: successor })
  const risen = rises && role.reports_to !== null ? [role.reports_to] : []
  return applied(
    putUnit(next, "Role", { ...role, status: "Deprecated" }),
    replacement.ignored,
    wrongList("report_role_ids", repointed?.report_role_ids, moved),
    wrongList("headed_department_ids", repointed?.headed_department_ids, heads),
    wrongList("led_team_ids", repointed?.led_team_ids, leads),
    repointed === null
      ? []
      : wrongList("replacement_reports_to", [repointed.replacement_reports_to ?? []].flat(), risen)
  )
})
