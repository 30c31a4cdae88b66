import * as Command from "@cim-domain/commands/Command"
import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Code, Description, Name, Reason } from "@cim-domain/commands/fields/Text"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { Level } from "../values/quantities.ts"
import { RoleStatus, RoleType } from "../values/RoleStatus.ts"
import { Permissions, Responsibilities } from "../values/roleTexts.ts"

/** The commands about roles. */
export const roleCommands = {
  CreateRole: Command.make({
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
  }, { creates: "role_id" }),
  UpdateRole: Command.make({
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
  }, { checks: [noFieldBothSetAndCleared] }),
  DeprecateRole: Command.make({
    role_id: entityId(RoleId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    replacement_role_id: nullable(entityId(RoleId)),
    effective_date: timestamp
  })
}
