import { type Timestamp, timestampFromMillis } from "@cim-domain/commands/fields/Timestamp"
import type { DecideContext } from "../DecideContext.ts"
import { errorKinds } from "../OrganizationError.ts"

/** The error of an effective date before the foundation or further in the future than clocks differ, else `null`. */
export const effectiveDateOutOfRange = (date: Timestamp, founded: Timestamp | null, context: DecideContext) => {
  const max = timestampFromMillis(context.now + context.limits.effectiveDateToleranceMillis)
  const inRange = date <= max && (founded === null || date >= founded)
  return inRange ? null : errorKinds.EffectiveDateOutOfRange.make({ min: founded, max })
}
