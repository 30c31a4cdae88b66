import { choice } from "@cim-domain/commands/fields/choice"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { idList } from "@cim-domain/commands/fields/idList"
import { quantity } from "@cim-domain/commands/fields/Quantity"
import { textList } from "@cim-domain/commands/fields/textList"
import { RoleId } from "../Identifiers.ts"

/** The declared status of a role; it does not follow from who holds it. */
export const RoleStatus = choice(["Active", "Vacant", "Deprecated", "Frozen"])
export type RoleStatus = typeof RoleStatus.Type

/** The statuses that a role may begin with. */
export const InitialRoleStatus = choice(["Active", "Vacant"])

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

/** Up to 10 roles that a role reports to beside the line of the tree. */
export const DottedLine = idList(entityId(RoleId), 10)

/** What a role may do; free strings of 1 to 100 characters. */
export const Permissions = textList(100)

/** What a role answers for; free strings of 1 to 500 characters. */
export const Responsibilities = textList(500)

/** The fields that an update may empty. */
export const clearableOfRole = ["description", "level", "reports_to", "department_id", "team_id"] as const
