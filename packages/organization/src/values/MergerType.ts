import { choice } from "../wire/choice.ts"

/** How one organization takes in another. */
export const MergerType = choice(["Acquisition", "Merger", "Consolidation", "Absorption"])
export type MergerType = typeof MergerType.Type
