import type { Violation } from "../check/Violation.ts"

import { makeScenario } from "../scenario/makeScenario.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import { makeRandomness } from "../time/Randomness.ts"
import { LineCoverage } from "../transitions/LineCoverage.ts"
import { runScenario } from "../world/runScenario.ts"
import { judge } from "./judge.ts"

/** Which histories to run. */
export interface HistoriesOptions {
  readonly seed: number
  readonly replicas: number | undefined
  readonly commands: number | undefined
  readonly faults: number | undefined
  /** Whether to run another one, after so many. */
  readonly goesOn: (histories: number) => boolean
  readonly progress?: ((tally: Tally) => void) | undefined
}

/** What was run so far. */
export interface Tally {
  histories: number
  /** Virtual milliseconds. */
  virtualMillis: number
  commands: number
  attempts: number
  events: number
  readonly faults: Map<string, number>
  readonly outcomes: Map<string, number>
  readonly coverage: LineCoverage
}

/** A history that must not be. */
export interface Broken {
  readonly scenario: Scenario
  readonly violations: ReadonlyArray<Violation>
}

/** Runs histories until one is broken, or there are enough. */
export const runHistories = async (
  options: HistoriesOptions
): Promise<{ readonly tally: Tally; readonly broken: Broken | undefined }> => {
  const tally: Tally = {
    histories: 0,
    virtualMillis: 0,
    commands: 0,
    attempts: 0,
    events: 0,
    faults: new Map(),
    outcomes: new Map(),
    coverage: new LineCoverage()
  }
  for (let seed = options.seed; options.goesOn(tally.histories); seed++) {
    const scenario = makeScenario(seed, sizeOf(seed, options))
    const { history, millis } = await ranBy(scenario, runScenario(scenario, { watch: tally.coverage.watch }))
    const violations = judge(history, scenario)
    tally.histories += 1
    tally.virtualMillis += millis
    tally.commands += history.commands.length
    tally.events += history.stream?.length ?? 0
    for (const { kind } of scenario.faults) count(tally.faults, kind)
    for (const { attempts } of history.commands) {
      tally.attempts += attempts.length
      count(tally.outcomes, outcomeOf(attempts.at(-1)?.answers[0]?.body))
    }
    options.progress?.(tally)
    if (violations.length > 0) return { tally, broken: { scenario, violations } }
    // Whoever interrupts, or looks at the time, has their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { tally, broken: undefined }
}

/** What the simulator finds wrong with itself, as when its broker would break a promise, ends everything; it is told with its seed. */
const ranBy = <A>({ seed }: Scenario, running: Promise<A>): Promise<A> =>
  running.catch((cause: unknown) => {
    throw new Error(`the history of seed ${seed} could not be simulated`, { cause })
  })

/** Some are short, so that many are tried; some are long, so that much comes together. */
const sizeOf = (seed: number, { commands, faults, replicas }: HistoriesOptions) => {
  const random = makeRandomness(seed, "size")
  const size = random.pick([20, 50, 100, 300])
  return { replicas, commands: commands ?? size, faults: faults ?? random.below(Math.ceil(size / 10) + 1) }
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)

const outcomeOf = (body: string | undefined): string => {
  const [, outcome] = /"outcome":"(\w+)"/.exec(body ?? "") ?? []
  if (outcome !== undefined) return outcome
  const [, code] = /"code":"(\w+)"/.exec(body ?? "") ?? []
  return code ?? "no answer"
}
