import { makeCommandMix } from "../requests/makeCommandMix.ts"
import { makeOrganizations } from "../requests/Organizations.ts"
import { makeRandomness, type Randomness } from "../time/Randomness.ts"
import { type Content, Foresight } from "./Foresight.ts"
import { makeFittingCommands } from "./makeFittingCommands.ts"
import type { PlannedCommand } from "./Scenario.ts"

/** Commands for a scenario, and how long it takes to send them, in milliseconds. */
export const planCommands = (
  seed: number,
  { commands: count, requesters }: { readonly commands: number; readonly requesters: number }
): { readonly commands: ReadonlyArray<PlannedCommand>; readonly millis: number } => {
  const random = makeRandomness(seed, "commands")
  const organizations = 1 + random.below(12)
  const next = random.chance(0.5) ? makeFittingCommands(random, organizations) : makeMixedCommands(seed, organizations)
  const meanMillis = random.pick([20, 100, 1_000, 3_000])
  const commands: Array<PlannedCommand> = []
  let at = 0
  let together = 0
  while (commands.length < count) {
    const content = next()
    const patience = random.pick<PlannedCommand["patience"]>([[700], [2_000], [5_000], [50, 5_000]])
    const by = random.chance(0.3) ? "client" as const : "request" as const
    // Some send the same at the same moment, or nearly, each on their own.
    const copies = random.chance(0.05) ? 2 + random.below(2) : 1
    const apart = random.pick([0, 0, 1, 4])
    for (let copy = 0; copy < copies && commands.length < count; copy++) {
      const later = Math.round(at) + copy * apart
      commands.push({ at: later, requester: random.below(requesters), by, ...content, patience })
    }
    if (together > 0) together -= 1
    else {
      at += pause(random, meanMillis)
      // Now and then many come at once.
      if (random.chance(0.04)) together = 3 + random.below(20)
    }
  }
  return { commands, millis: at }
}

/** Mostly some time, now and then none, seldom so long that everything falls quiet. */
const pause = (random: Randomness, meanMillis: number): number => {
  if (random.chance(0.2)) return 0
  if (random.chance(0.01)) return random.between(5_000, 60_000)
  return -Math.log(1 - random.next()) * meanMillis
}

/** Commands of every kind, good and bad, spelt in every way. */
const makeMixedCommands = (seed: number, count: number): () => Content => {
  const organizations = makeOrganizations(makeRandomness(seed, "organizations"), count)
  const next = makeCommandMix(makeRandomness(seed, "mix"), organizations)
  const foresight = new Foresight()
  return () => {
    const { body, commandId, headers, organizationId, subject } = next()
    const content = { subject, headers, body, commandId, organizationId }
    const told = foresight.follow(content)
    if (told !== undefined) organizations.hear(organizationId, told)
    return content
  }
}
