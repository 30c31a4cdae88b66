import { quantity } from "@cim-domain/commands/fields/Quantity"

/** Seniority of a role, 0 to 255; higher is more senior by convention. */
export const Level = quantity(0, 255)

/** How many people a facility takes, 0 to 4 294 967 295. */
export const Capacity = quantity(0, 4_294_967_295)

/** The planned size of a team, 1 to 4 294 967 295. */
export const MaxMembers = quantity(1, 4_294_967_295)
