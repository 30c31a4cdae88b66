import { among, listOf, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { Arbitrary } from "effect"
import { type DecideContext } from "../DecideContext.ts"
import { makeContext } from "../makeContext.ts"
import type { OrganizationCommand } from "../OrganizationCommand.ts"
import { organization } from "../protocol.ts"
import { walkedOrganizationId } from "./arbitraries.ts"
import type { Choose } from "./drawsFrom.ts"
import { nextCommand } from "./nextCommand.ts"

/** Commands with their contexts, in the order they are sent. */
export type Walk = ReadonlyArray<readonly [OrganizationCommand, DecideContext]>

/** How a walk goes: what each step chooses from what is there by then, and the bounds of the organization. */
interface Plan {
  readonly seeds: ReadonlyArray<number>
  readonly depth: number
  readonly unitsPerKind: number
  readonly children: number
  readonly organizationBytes: number
}

const plans: Arbitrary.Arbitrary<Plan> = Arbitrary.all({
  seeds: listOf(upTo(1_000_000), 80),
  depth: among(32, 32, 5, 4, 3),
  unitsPerKind: among(10_000, 10_000, 10_000, 4),
  children: among(1000, 2),
  organizationBytes: among(2 ** 25, 2 ** 25, 2 ** 25, 15_000, 6_000)
})

/**
 * Commands to one organization that lead deep: each is made from the state that those before it led to. A walk shrinks by
 * leaving out steps. Clocks run forwards and backwards, and in some walks the bounds are narrow.
 */
export const walks: Arbitrary.Arbitrary<Walk> = Arbitrary.map(plans, ({ seeds, ...limits }) => {
  let state = organization.initial(walkedOrganizationId)
  return seeds.map((seed, index) => {
    const choose = chooser(seed)
    const begins = state.organization === null && choose(20) > 0
    const command = nextCommand(state, choose, index + 1, begins ? "CreateOrganization" : undefined)
    const now = 1_700_000_000_000 + choose(1000) * 1_000_000
    const context = makeContext({ commandId: command.identity.message_id, now, limits })
    const decision = organization.decide(state, command, context)
    if (decision._tag === "Accepted") {
      state = decision.events.reduce((state, event) => organization.evolve(state, event, index + 1), state)
    }
    return [command, context] as const
  })
})

/** Different choices for different seeds, the same for the same one. */
const chooser = (seed: number): Choose => {
  let bits = Math.imul(seed + 1, 0x9E3779B1) >>> 0
  return (count) => {
    bits = (Math.imul(bits ^ (bits >>> 15), 0x85EBCA6B) + 0x6D2B79F5) >>> 0
    return ((bits ^ (bits >>> 13)) >>> 0) % Math.max(count, 1)
  }
}
