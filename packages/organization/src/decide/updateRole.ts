import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import type { CommandOf } from "../OrganizationCommand.ts"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { depthOf, heightOf } from "../state/Forest.ts"
import type { Role } from "../state/Role.ts"
import { liveRole } from "../state/Units.ts"
import { changedFields, clearedFields, ifDifferent } from "./changes.ts"
import { circularReference } from "./circularReference.ts"
import { codeInUse } from "./codeInUse.ts"
import { departmentMismatch } from "./departmentMismatch.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable } from "./unavailable.ts"

const optional = ["description", "level", "reports_to", "department_id", "team_id"] as const

/** Records the fields of a role that differ; what comes out must be a role that could be created like that. */
export const updateRole: Rule<"UpdateRole"> = (state, command, context) => {
  const { role_id } = command
  const missing = unavailable(state, "Role", role_id) ??
    unavailable(state, "Department", command.department_id) ??
    unavailable(state, "Team", command.team_id) ??
    unavailable(state, "Role", command.reports_to)
  if (missing !== null) return rejected(missing)
  const role = liveRole(state, role_id)!
  const changes = changesOf(role, command)
  const after = <Field extends "department_id" | "team_id">(field: Field) =>
    changes.cleared.includes(field) ? null : changes[field] ?? role[field]
  const { roleCodes, roleForest } = state.index
  const problem = departmentMismatch(state, after("team_id"), after("department_id")) ??
    codeInUse("Role", roleCodes, changes.code, role_id) ??
    circularReference("Role", roleForest, role_id, changes.reports_to) ??
    (changes.reports_to === null ? null : exceeded(
      "role_depth",
      context.limits.depth,
      depthOf(roleForest, changes.reports_to) + heightOf(roleForest, role_id)
    )) ??
    deprecating(role, changes.status)
  if (problem !== null) return rejected(problem)
  if (changedFields(changes).length === 0) return noChange
  return accepted({
    event_type: "RoleUpdated",
    role_id,
    organization_id: state.id,
    changes
  })
}

const changesOf = (role: Role, command: CommandOf<"UpdateRole">) => ({
  title: ifDifferent(role.title, command.title),
  description: ifDifferent(role.description, command.description),
  level: ifDifferent(role.level, command.level),
  reports_to: ifDifferent(role.reports_to, command.reports_to),
  permissions: ifDifferent(role.permissions, command.permissions),
  responsibilities: ifDifferent(role.responsibilities, command.responsibilities),
  status: ifDifferent(role.status, command.status),
  code: ifDifferent(role.code, command.code),
  department_id: ifDifferent(role.department_id, command.department_id),
  team_id: ifDifferent(role.team_id, command.team_id),
  role_type: ifDifferent(role.role_type, command.role_type),
  cleared: clearedFields(role, optional, command.clear)
})

const deprecating = ({ status }: Role, to: Role["status"] | null): OrganizationError | null =>
  to === "Deprecated"
    ? errorKinds.InvalidEntityStatus.make({ kind: "Role", from: status, to, use_command: "DeprecateRole" })
    : null
