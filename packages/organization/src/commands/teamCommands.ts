import { DepartmentId, entityId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { MaxMembers } from "../values/Quantity.ts"
import { TeamStatus, TeamType } from "../values/TeamStatus.ts"
import { Description, Name, Reason } from "../values/Text.ts"
import { nullable } from "../wire/nullable.ts"
import { clearable, noFieldBothSetAndCleared } from "./clearable.ts"
import { command } from "./command.ts"

/** The commands about teams. */
export const teamCommands = {
  CreateTeam: command("CreateTeam", {
    organization_id: entityId(OrganizationId),
    department_id: nullable(entityId(DepartmentId)),
    name: Name,
    description: nullable(Description),
    team_type: TeamType,
    max_members: nullable(MaxMembers),
    team_id: entityId(TeamId)
  }),
  UpdateTeam: command("UpdateTeam", {
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
  }).check(noFieldBothSetAndCleared),
  DisbandTeam: command("DisbandTeam", {
    team_id: entityId(TeamId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    members_transfer_to: nullable(entityId(TeamId))
  })
}
