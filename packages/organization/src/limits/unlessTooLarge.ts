import { commandBytesMax } from "@cim-domain/commands/protocol/readBody"
import { rejected } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import type { OrganizationDecision } from "../definition/organizationCommand.ts"
import { stateAfter } from "../evolve.ts"
import type { KnownEvent } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { exceeded } from "./exceeded.ts"

/**
 * Farther below the limit than this no command that came over the wire reaches it, so nothing needs to be computed: a byte of
 * JSON, which has none that counts for more than `[],`, adds at most 64/3 to the size of an organization.
 */
const ampleBytes = 24 * commandBytesMax

/** All times are equally long. */
const anyTime = "0001-01-01T00:00:00.000Z"

/**
 * The decision, or the refusal of one that would make the organization larger than it may be. What makes it smaller or leaves
 * it as it is passes, also where the organization is too large already.
 */
export const unlessTooLarge = (
  state: OrganizationState,
  decision: OrganizationDecision,
  { limits }: DecideContext
): OrganizationDecision => {
  const max = limits.organizationBytes
  if (decision._tag !== "Accepted" || state.bytes + ampleBytes <= max) return decision
  let after = state
  for (const event of decision.events) {
    after = stateAfter(after, { ...event, occurred_at: anyTime } as KnownEvent)
  }
  const problem = after.bytes > state.bytes ? exceeded("organization_bytes", max, after.bytes) : null
  return problem === null ? decision : rejected(problem)
}
