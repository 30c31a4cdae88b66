import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { whileGrowing } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { DepartmentId, OrganizationId, RoleId, TeamId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { idInUse, unavailable } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { MaxMembers, TeamType } from "./teamFields.ts"

/** Creates a team, inside one department or outside all; several may have one name. */
export const createTeam = organizationCommand({
  organization_id: entityId(OrganizationId),
  department_id: nullable(entityId(DepartmentId)),
  name: Name,
  description: nullable(Description),
  team_type: TeamType,
  max_members: nullable(MaxMembers),
  team_id: entityId(TeamId),
  lead_role_id: nullable(entityId(RoleId)),
  metadata: defaulted(UnitMetadata, {})
}, {
  about: "Forms a team, inside a department or outside of all.",
  creates: "team_id",
  gate: whileGrowing,
  leadsTo: ["TeamFormed"]
}, (state, command, context) => {
  const { department_id, description, lead_role_id, max_members, metadata, name, team_id, team_type } = command
  const problem = idInUse(state, "Team", team_id) ??
    unavailable(state, "Department", department_id) ??
    unavailable(state, "Role", lead_role_id) ??
    exceeded("teams", context.limits.unitsPerKind, state.index.liveTeams + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "TeamFormed",
    team_id,
    organization_id: state.id,
    department_id,
    name,
    team_type,
    description,
    max_members,
    lead_role_id,
    metadata
  })
})
