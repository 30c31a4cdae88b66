import type { Scenario } from "../scenario/Scenario.ts"
import { shrink } from "../shrink/shrink.ts"
import { tellStory } from "../story/tellStory.ts"
import { runScenario } from "../world/runScenario.ts"
import { judge } from "./judge.ts"
import type { Broken } from "./runHistories.ts"

/** Scenarios that are tried, at most, to make one smaller. */
const triesMax = 600

/** The smallest scenario that was found to break in one of the same ways. */
export const shrinkBroken = (
  { scenario, violations }: Broken,
  progress?: (scenario: Scenario, tries: number) => void
): Promise<Scenario> => {
  const kinds = new Set(violations.map(({ kind }) => kind))
  return shrink(scenario, {
    triesMax,
    progress,
    fails: async (candidate) => {
      const { history } = await runScenario(candidate)
      return judge(history, candidate).some(({ kind }) => kinds.has(kind))
    }
  })
}

/** The story of a scenario, and whether anything is wrong with it. */
export const storyOf = async (
  scenario: Scenario
): Promise<{ readonly lines: ReadonlyArray<string>; readonly isBroken: boolean }> => {
  const { happenings, history } = await runScenario(scenario, { isTold: true })
  const violations = judge(history, scenario)
  return { lines: tellStory(scenario, history, happenings, violations), isBroken: violations.length > 0 }
}
