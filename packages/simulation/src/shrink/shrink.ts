import type { Scenario } from "../scenario/Scenario.ts"
import { simpler } from "./simpler.ts"

/** How to shrink. */
export interface ShrinkOptions {
  /** Whether a scenario still shows what is wrong. */
  readonly fails: (scenario: Scenario) => Promise<boolean>
  /** Scenarios that are tried at most. */
  readonly triesMax: number
  /** Told of each smaller one that still fails. */
  readonly progress?: ((scenario: Scenario, tries: number) => void) | undefined
}

/** Whatever is left out changes what chance does to the rest, so each part is tried under so many kinds of luck. */
const lucksPerTry = 3

/**
 * The fewest commands and faults, and the simplest settings, that still fail: parts are left out, halves first and single ones last,
 * until nothing can be left out or the tries are used up.
 */
export const shrink = async (scenario: Scenario, { fails, progress, triesMax }: ShrinkOptions): Promise<Scenario> => {
  let best = scenario
  let tries = 0

  /** Takes a candidate if it fails, under some luck. */
  const adopt = async (candidate: Scenario): Promise<boolean> => {
    for (let n = 0; n < lucksPerTry && tries < triesMax; n++) {
      tries += 1
      const lucky = n === 0 ? candidate : { ...candidate, luck: best.luck + n * 7_919 }
      if (!await fails(lucky)) continue
      best = lucky
      progress?.(best, tries)
      return true
    }
    return false
  }

  /** Leaves parts of a list out, in runs that get shorter. */
  const shorten = async (list: "commands" | "faults"): Promise<boolean> => {
    let isShorter = false
    for (let run = Math.ceil(best[list].length / 2); run >= 1 && tries < triesMax; run = run === 1 ? 0 : Math.ceil(run / 2)) {
      // From the end: what comes last changes least of what was before.
      for (let from = best[list].length - run; from > -run && tries < triesMax; from -= run) {
        const start = Math.max(0, from)
        const left = best[list].toSpliced(start, run + Math.min(0, from))
        if (await adopt({ ...best, [list]: left })) isShorter = true
      }
    }
    return isShorter
  }

  let goesOn = true
  while (goesOn && tries < triesMax) {
    const fewerFaults = await shorten("faults")
    const fewerCommands = await shorten("commands")
    let isSimpler = false
    for (const candidate of simpler(best)) {
      if (tries >= triesMax) break
      if (await adopt(candidate(best))) isSimpler = true
    }
    goesOn = fewerFaults || fewerCommands || isSimpler
  }
  return best
}
