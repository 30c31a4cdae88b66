import type { PlannedCommand, Scenario } from "../scenario/Scenario.ts"

type Simplify = (scenario: Scenario) => Scenario

const settings = (some: Partial<Scenario["settings"]>): Simplify => (scenario) => ({
  ...scenario,
  settings: { ...scenario.settings, ...some }
})

/** Steps that make a scenario simpler, each on its own; only those that change something. */
export const simpler = (scenario: Scenario): ReadonlyArray<Simplify> =>
  [
    ...Array.from({ length: scenario.replicas - 1 }, (_, n): Simplify => (each) => withReplicas(each, n + 1)),
    (each: Scenario) => ({ ...each, brokers: 1 as const }),
    (each: Scenario) => withOneRequester(each),
    (each: Scenario) => ({ ...each, commands: each.commands.map((command) => plain(command)) }),
    settings({ newer: [] }),
    settings({ snapshotEvery: 100 }),
    settings({ cacheCapacity: 10_000 }),
    settings({ commandTimeoutMillis: 4_000 }),
    settings({ maxInFlight: 256 }),
    together
  ].filter((simplify) => JSON.stringify(simplify(scenario)) !== JSON.stringify(scenario))

const plain = (command: PlannedCommand): PlannedCommand => ({ ...command, by: "request", patience: [5_000] })

/** Faults of replicas that are not there any more strike the others. */
const withReplicas = (scenario: Scenario, replicas: number): Scenario =>
  replicas >= scenario.replicas ? scenario : {
    ...scenario,
    replicas,
    faults: scenario.faults.map((fault) =>
      "replica" in fault ? { ...fault, replica: fault.replica % replicas } : fault
    ),
    settings: { ...scenario.settings, newer: scenario.settings.newer.filter((number) => number < replicas) }
  }

const withOneRequester = (scenario: Scenario): Scenario => ({
  ...scenario,
  requesters: 1,
  commands: scenario.commands.map((command) => ({ ...command, requester: 0 }))
})

/** Long times in which nothing is planned become short. */
const together: Simplify = (scenario) => {
  const times = [...scenario.commands, ...scenario.faults].map(({ at }) => at).toSorted((one, other) => one - other)
  const moved = new Map<number, number>()
  let now = 0
  let before = 0
  for (const at of times) {
    now += Math.min(at - before, 100)
    before = at
    moved.set(at, now)
  }
  const move = <A extends { readonly at: number }>(each: A): A => ({ ...each, at: moved.get(each.at)! })
  return { ...scenario, commands: scenario.commands.map(move), faults: scenario.faults.map(move) }
}
