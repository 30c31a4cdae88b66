import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization team create ID NAME`. */
export const createTeam = commandOf("create", "CreateTeam", {
  organization_id: fields.organizationId,
  name: fields.newName,
  team_type: "What kind of team it is",
  department_id: "The department it belongs to",
  description: fields.description,
  max_members: "Planned size, 1 or more",
  lead_role_id: ["lead", "The role that leads it"],
  metadata: fields.newMetadata,
  team_id: fields.newId
}, {
  description: "Form a team",
  examples: [["team create 0198c0de-… Backend --type Permanent --department 0198c0de-…", "In a department"]]
})
