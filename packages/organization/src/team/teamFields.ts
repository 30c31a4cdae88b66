import { choice } from "@cim-domain/commands/fields/choice"
import { quantity } from "@cim-domain/commands/fields/Quantity"

/** Where a team is in its life. */
export const TeamStatus = choice(["Forming", "Active", "OnHold", "Disbanding", "Disbanded"])
export type TeamStatus = typeof TeamStatus.Type

/** What kind of team it is. */
export const TeamType = choice(["Permanent", "Project", "CrossFunctional", "Virtual", "SelfManaged", "TaskForce"])
export type TeamType = typeof TeamType.Type

/** The planned size of a team, 1 to 4 294 967 295. */
export const MaxMembers = quantity(1, 4_294_967_295)

/** The fields that an update may empty. */
export const clearableOfTeam = ["description", "lead_role_id", "max_members", "department_id"] as const
