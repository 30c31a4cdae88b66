import { choice } from "@cim-domain/commands/fields/choice"
import { quantity } from "@cim-domain/commands/fields/Quantity"
import { textList } from "@cim-domain/commands/fields/textList"

/** The declared status of a role; it does not follow from who holds it. */
export const RoleStatus = choice(["Active", "Vacant", "Deprecated", "Frozen"])
export type RoleStatus = typeof RoleStatus.Type

/** What kind of position it is. */
export const RoleType = choice([
  "Executive",
  "Management",
  "Technical",
  "Administrative",
  "Operational",
  "Support",
  "Contractor",
  "Intern"
])
export type RoleType = typeof RoleType.Type

/** Seniority of a role, 0 to 255; higher is more senior by convention. */
export const Level = quantity(0, 255)

/** What a role may do; free strings of 1 to 100 characters. */
export const Permissions = textList(100)

/** What a role answers for; free strings of 1 to 500 characters. */
export const Responsibilities = textList(500)

/** The fields that an update may empty. */
export const clearableOfRole = ["description", "level", "reports_to", "department_id", "team_id"] as const
