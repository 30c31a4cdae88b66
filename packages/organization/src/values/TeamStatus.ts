import { choice } from "@cim-domain/commands/fields/choice"

/** Where a team is in its life. */
export const TeamStatus = choice(["Forming", "Active", "OnHold", "Disbanding", "Disbanded"])
export type TeamStatus = typeof TeamStatus.Type

/** What kind of team it is. */
export const TeamType = choice(["Permanent", "Project", "CrossFunctional", "Virtual", "SelfManaged", "TaskForce"])
export type TeamType = typeof TeamType.Type
