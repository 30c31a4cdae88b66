import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization team disband ID TEAM-ID`. */
export const disbandTeam = commandOf("disband", "DisbandTeam", {
  organization_id: fields.organizationId,
  team_id: fields.unitId("team"),
  reason: fields.reason,
  members_transfer_to: ["transfer-to", "The team that takes over its roles; else they have none"]
}, {
  description: "Disband a team. There is no way back",
  examples: [["team disband 0198c0de-… 0198c0de-… --reason \"Project complete\"", "Its roles stay without a team"]]
})
