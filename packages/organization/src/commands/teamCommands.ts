import * as Command from "@cim-domain/commands/Command"
import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name, Reason } from "@cim-domain/commands/fields/Text"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { MaxMembers } from "../values/quantities.ts"
import { TeamStatus, TeamType } from "../values/TeamStatus.ts"

/** The commands about teams. */
export const teamCommands = {
  CreateTeam: Command.make({
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    name: Name,
    description: nullable(Description),
    team_type: TeamType,
    max_members: nullable(MaxMembers),
    team_id: entityId(TeamId)
  }, { creates: "team_id" }),
  UpdateTeam: Command.make({
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    description: nullable(Description),
    lead_role_id: nullable(entityId(RoleId)),
    max_members: nullable(MaxMembers),
    status: nullable(TeamStatus),
    department_id: nullable(entityId(DepartmentId)),
    team_type: nullable(TeamType),
    clear: clearable(["description", "lead_role_id", "max_members", "department_id"])
  }, { checks: [noFieldBothSetAndCleared] }),
  DisbandTeam: Command.make({
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    members_transfer_to: nullable(entityId(TeamId))
  })
}
