import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { dateOrTime } from "@cim-domain/commands/fields/Timestamp"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId, RoleId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { effectiveDateOutOfRange } from "../organization/effectiveDateOutOfRange.ts"
import { errorKinds } from "../OrganizationError.ts"
import { depthOf, heightOf, isWithin } from "../units/Forest.ts"
import { unavailable } from "../units/unavailable.ts"
import { liveRole } from "../units/Units.ts"
import { roleUses } from "./roleUses.ts"

/** Ends a role; whatever points to it points to its replacement from now on. */
export const deprecateRole = organizationCommand({
  role_id: entityId(RoleId),
  organization_id: entityId(OrganizationId),
  reason: Reason,
  replacement_role_id: nullable(entityId(RoleId)),
  effective_date: dateOrTime
}, {
  about: "Ends a position. Another one takes its reports, departments and teams.",
  gate: unlessSuspended,
  leadsTo: ["RoleDeprecated"]
}, (state, command, context) => {
  const { effective_date, reason, replacement_role_id, role_id } = command
  const problem = unavailable(state, "Role", role_id) ??
    unavailable(state, "Role", replacement_role_id) ??
    effectiveDateOutOfRange(effective_date, state.organization.founded_date, context)
  if (problem !== null) return rejected(problem)
  if (replacement_role_id === role_id) {
    return rejected(errorKinds.InvalidTransferTarget.make({ target: role_id, why: "it is the role itself" }))
  }
  const { dotted, heads, leads, reports } = roleUses(state, role_id)
  if (replacement_role_id === null && reports.length + heads.length + leads.length > 0) {
    return rejected(errorKinds.RoleInUse.make({ reports, heads, leads }))
  }
  const forest = state.index.roleForest
  const rises = replacement_role_id !== null && isWithin(forest, replacement_role_id, role_id)
  // A replacement from below takes the role's place: then nothing gets deeper than it was.
  const tooDeep = exceeded(
    "role_depth",
    context.limits.depth,
    rises || reports.length === 0 ? 0 : depthOf(forest, replacement_role_id) + heightOf(forest, role_id) - 1
  )
  if (tooDeep !== null) return rejected(tooDeep)
  return accepted({
    event_type: "RoleDeprecated",
    role_id,
    organization_id: state.id,
    reason,
    replacement_role_id,
    effective_date,
    repointed: {
      report_role_ids: reports.filter((id) => id !== replacement_role_id),
      replacement_reports_to: rises ? liveRole(state, role_id)!.reports_to : null,
      headed_department_ids: heads,
      led_team_ids: leads,
      dotted_role_ids: dotted
    }
  })
})
