import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { fitsAbove, fittingReference, wrongList } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveDepartment, liveRole, liveTeam } from "../units/Units.ts"
import { departmentContents } from "./departmentContents.ts"

/**
 * A department has ended. Everything in it moves: to where the event says, else to the parent. The lists of the event are what
 * the command saw; they cannot differ from what is there unless somebody else wrote them.
 */
export const DepartmentDissolved = organizationEvent({
  department_id: entityId(DepartmentId),
  organization_id: entityId(OrganizationId),
  reason: Schema.String,
  transfer_to: nullable(entityId(DepartmentId)),
  occurred_at: timestamp,
  /** What moved to `transfer_to`; `null` in history that did not record it. */
  transferred: nullable(Schema.Struct({
    department_ids: defaulted(Schema.Array(entityId(DepartmentId)), []),
    team_ids: defaulted(Schema.Array(entityId(TeamId)), []),
    role_ids: defaulted(Schema.Array(entityId(RoleId)), [])
  }))
}, {
  causedBy: ["DissolveDepartment"],
  upcast: { 1: adding({ transferred: null }) }
}, (state, { department_id, transfer_to, transferred }) => {
  const department = liveDepartment(state, department_id)
  if (department === undefined) return new Unfit("the department is not there")
  const otherwise = department.parent_department_id
  const wanted = transfer_to ?? otherwise
  const target = fittingReference("transfer_to", wanted, otherwise, fitsAbove(state, "Department", department_id))
  const contents = departmentContents(state, department_id)
  let next = state
  for (const id of contents.departments) {
    next = putUnit(next, "Department", { ...liveDepartment(next, id)!, parent_department_id: target.value })
  }
  for (const id of contents.teams) next = putUnit(next, "Team", { ...liveTeam(next, id)!, department_id: target.value })
  for (const id of contents.roles) next = putUnit(next, "Role", { ...liveRole(next, id)!, department_id: target.value })
  return applied(
    putUnit(next, "Department", { ...department, head_role_id: null, status: "Dissolved" }),
    target.ignored,
    wrongList("department_ids", transferred?.department_ids, contents.departments),
    wrongList("team_ids", transferred?.team_ids, contents.teams),
    wrongList("role_ids", transferred?.role_ids, contents.roles)
  )
})
