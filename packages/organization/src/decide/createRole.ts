import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { depthOf } from "../state/Forest.ts"
import { codeInUse } from "./codeInUse.ts"
import { departmentMismatch } from "./departmentMismatch.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { idInUse, unavailable } from "./unavailable.ts"

/** Creates a role. */
export const createRole: Rule<"CreateRole"> = (state, command, context) => {
  const { code, department_id, reports_to, role_id, team_id } = command
  const { liveRoles, roleCodes, roleForest } = state.index
  const problem = idInUse(state, "Role", role_id) ??
    unavailable(state, "Department", department_id) ??
    unavailable(state, "Team", team_id) ??
    unavailable(state, "Role", reports_to) ??
    departmentMismatch(state, team_id, department_id) ??
    codeInUse("Role", roleCodes, code, role_id) ??
    exceeded("role_depth", context.limits.depth, depthOf(roleForest, reports_to) + 1) ??
    exceeded("roles", context.limits.unitsPerKind, liveRoles + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "RoleCreated",
    role_id,
    organization_id: state.id,
    department_id,
    team_id,
    title: command.title,
    code,
    description: command.description,
    role_type: command.role_type,
    level: command.level,
    reports_to,
    permissions: command.permissions,
    responsibilities: command.responsibilities
  })
}
