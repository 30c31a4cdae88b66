import { makeRandomness, type Randomness } from "../time/Randomness.ts"
import { anyFault } from "./anyFault.ts"
import type { Fault } from "./Fault.ts"
import { planCommands } from "./planCommands.ts"
import type { Scenario, ScenarioSettings } from "./Scenario.ts"

/** How large a scenario is to be. */
export interface ScenarioSize {
  readonly commands: number
  readonly faults: number
  /** Replicas, if somebody wants just so many; else 1 to 4. */
  readonly replicas?: number | undefined
}

/** The scenario of a seed. */
export const makeScenario = (seed: number, size: ScenarioSize): Scenario => {
  const random = makeRandomness(seed, "scenario")
  const replicas = size.replicas ?? random.pick([1, 2, 3, 3, 4])
  const brokers = random.pick([1, 3, 3] as const)
  const requesters = 1 + random.below(6)
  const settings = settingsOf(random, replicas)
  const { commands, millis } = planCommands(seed, { commands: size.commands, requesters })
  // Half of them strike while something is under way; the others at any time.
  const anyTime = () =>
    commands.length > 0 && random.chance(0.5)
      ? Math.max(0, commands[random.below(commands.length)]!.at + random.between(-20, 20))
      : random.between(0, millis)
  const faults = Array.from({ length: size.faults }, (): Fault => ({
    at: Math.round(anyTime()),
    ...anyFault(random, { replicas, brokers })
  }))
  return {
    seed,
    luck: seed,
    brokers,
    replicas,
    requesters,
    settings,
    commands,
    faults: faults.toSorted((one, other) => one.at - other.at)
  }
}

const settingsOf = (random: Randomness, replicas: number): ScenarioSettings => ({
  commandTimeoutMillis: random.pick([4_000, 4_000, 1_000]),
  snapshotEvery: random.pick([1, 3, 10, 100]),
  cacheCapacity: random.pick([1, 4, 10_000]),
  maxInFlight: random.pick([256, 256, 8]),
  newer: random.chance(0.3) ? [random.below(replicas)] : []
})
