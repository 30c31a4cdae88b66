import type { Policy } from "@cim-domain/commands/DecideContext"
import type { DecideContext } from "./DecideContext.ts"
import { type Limits, limitsOf } from "./limits/Limits.ts"
import { Organization } from "./Organization.ts"

/** A context for deciding, whose ids follow from the id of the command. */
export const makeContext = ({ commandId, limits, now, policy }: {
  readonly commandId: string
  readonly now: number
  readonly limits?: Partial<Limits>
  readonly policy?: Policy
}): DecideContext =>
  Organization.makeContext({
    commandId,
    now,
    policy,
    limits: limits === undefined ? undefined : limitsOf(limits)
  })
