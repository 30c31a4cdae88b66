import { DepartmentId, entityId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { Level } from "../values/Quantity.ts"
import { RoleStatus, RoleType } from "../values/RoleStatus.ts"
import { Code, Description, Name, Reason } from "../values/Text.ts"
import { Permissions, Responsibilities } from "../values/TextList.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { clearable, noFieldBothSetAndCleared } from "./clearable.ts"
import { command } from "./command.ts"

/** The commands about roles. */
export const roleCommands = {
  CreateRole: command("CreateRole", {
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    team_id: nullable(entityId(TeamId)),
    title: Name,
    code: Code,
    description: nullable(Description),
    role_type: RoleType,
    level: nullable(Level),
    reports_to: nullable(entityId(RoleId)),
    permissions: defaulted(Permissions, []),
    responsibilities: defaulted(Responsibilities, []),
    role_id: entityId(RoleId)
  }),
  UpdateRole: command("UpdateRole", {
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
    clear: clearable(["description", "level", "reports_to", "department_id", "team_id"])
  }).check(noFieldBothSetAndCleared),
  DeprecateRole: command("DeprecateRole", {
    role_id: entityId(RoleId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    replacement_role_id: nullable(entityId(RoleId)),
    effective_date: timestamp
  })
}
