import { choice } from "@cim-domain/commands/fields/choice"

/** How one organization takes in another. */
export const MergerType = choice(["Acquisition", "Merger", "Consolidation", "Absorption"])
export type MergerType = typeof MergerType.Type
