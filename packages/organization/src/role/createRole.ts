import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { whileGrowing } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { depthOf } from "../units/Forest.ts"
import { freeCode } from "../units/freeCode.ts"
import { idInUse, unavailable, unavailableAmong } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { departmentMismatch } from "./departmentMismatch.ts"
import { DottedLine, InitialRoleStatus, Level, Permissions, Responsibilities, RoleType } from "./roleFields.ts"

/** Creates a role. */
export const createRole = organizationCommand({
  organization_id: entityId(OrganizationId),
  department_id: nullable(entityId(DepartmentId)),
  team_id: nullable(entityId(TeamId)),
  title: Name,
  code: nullable(Code),
  description: nullable(Description),
  role_type: RoleType,
  level: nullable(Level),
  reports_to: nullable(entityId(RoleId)),
  permissions: defaulted(Permissions, []),
  responsibilities: defaulted(Responsibilities, []),
  role_id: entityId(RoleId),
  status: defaulted(InitialRoleStatus, "Active"),
  dotted_line_to: defaulted(DottedLine, []),
  metadata: defaulted(UnitMetadata, {})
}, {
  about: "Creates a position, whether or not somebody holds it.",
  creates: "role_id",
  addedLater: ["status"],
  gate: whileGrowing,
  leadsTo: ["RoleCreated"]
}, (state, command, context) => {
  const { department_id, dotted_line_to, reports_to, role_id, team_id } = command
  const { liveRoles, roleCodes, roleForest } = state.index
  const problem = idInUse(state, "Role", role_id) ??
    unavailable(state, "Department", department_id) ??
    unavailable(state, "Team", team_id) ??
    unavailable(state, "Role", reports_to) ??
    unavailableAmong(state, "Role", dotted_line_to) ??
    departmentMismatch(state, team_id, department_id) ??
    codeInUse("Role", roleCodes, command.code, role_id) ??
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
    code: command.code ?? freeCode(roleCodes, command.title),
    description: command.description,
    role_type: command.role_type,
    level: command.level,
    reports_to,
    permissions: command.permissions,
    responsibilities: command.responsibilities,
    status: command.status,
    dotted_line_to,
    metadata: command.metadata
  })
})
