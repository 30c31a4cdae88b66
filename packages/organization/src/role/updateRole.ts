import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { circularReference } from "../units/circularReference.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { depthOf, heightOf } from "../units/Forest.ts"
import { unavailable, unavailableAmong } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { liveRole } from "../units/Units.ts"
import { changedFields, changesOf } from "../updates/changesOf.ts"
import { departmentMismatch } from "./departmentMismatch.ts"
import type { Role } from "./Role.ts"
import {
  clearableOfRole,
  DottedLine,
  Level,
  Permissions,
  Responsibilities,
  RoleStatus,
  RoleType
} from "./roleFields.ts"
import { RoleUpdated } from "./RoleUpdated.ts"

/** Records the fields of a role that differ; what comes out must be a role that could be created like that. */
export const updateRole = organizationCommand({
  role_id: entityId(RoleId),
  organization_id: entityId(OrganizationId),
  title: nullable(Name),
  description: nullable(Description),
  level: nullable(Level),
  reports_to: nullable(entityId(RoleId)),
  permissions: nullable(Permissions),
  responsibilities: nullable(Responsibilities),
  status: nullable(RoleStatus),
  code: nullable(Code),
  department_id: nullable(entityId(DepartmentId)),
  team_id: nullable(entityId(TeamId)),
  role_type: nullable(RoleType),
  dotted_line_to: nullable(DottedLine),
  metadata: nullable(UnitMetadata),
  clear: clearable(clearableOfRole)
}, {
  about: "Changes a position, or whom it reports to.",
  checks: [noFieldBothSetAndCleared],
  gate: unlessSuspended,
  leadsTo: ["RoleUpdated"]
}, (state, command, context) => {
  const { role_id } = command
  const missing = unavailable(state, "Role", role_id) ??
    unavailable(state, "Department", command.department_id) ??
    unavailable(state, "Team", command.team_id) ??
    unavailable(state, "Role", command.reports_to) ??
    unavailableAmong(state, "Role", command.dotted_line_to ?? [])
  if (missing !== null) return rejected(missing)
  const role = liveRole(state, role_id)!
  const changes = changesOf(RoleUpdated, role, command)
  const after = <Field extends "department_id" | "team_id">(field: Field) =>
    changes.cleared.includes(field) ? null : changes[field] ?? role[field]
  const { roleCodes, roleForest } = state.index
  const problem = departmentMismatch(state, after("team_id"), after("department_id")) ??
    codeInUse("Role", roleCodes, changes.code, role_id) ??
    circularReference("Role", roleForest, role_id, changes.reports_to) ??
    dottedToItself(role_id, changes.dotted_line_to) ??
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
})

const dottedToItself = (role_id: RoleId, dotted: ReadonlyArray<RoleId> | null): OrganizationError | null =>
  dotted?.includes(role_id) === true
    ? errorKinds.CircularReference.make({ kind: "Role", path: [role_id, role_id] })
    : null

const deprecating = ({ status }: Role, to: Role["status"] | null): OrganizationError | null =>
  to === "Deprecated"
    ? errorKinds.InvalidEntityStatus.make({ kind: "Role", from: status, to, use_command: "DeprecateRole" })
    : null
