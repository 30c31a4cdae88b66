import { choice } from "@cim-domain/commands/fields/choice"

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
