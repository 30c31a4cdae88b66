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
  const mayTry = () => tries < triesMax

  /** Takes a candidate if it fails, under some luck. */
  const adopt = async (candidate: Scenario): Promise<boolean> => {
    for (let n = 0; n < lucksPerTry && mayTry(); n++) {
      tries += 1
      const lucky = n === 0 ? candidate : { ...candidate, luck: best.luck + n * 7_919 }
      if (!await fails(lucky)) continue
      best = lucky
      progress?.(best, tries)
      return true
    }
    return false
  }

  /** Leaves out runs of so many, the last ones first: what comes last changes least of what was before. */
  const leaveOut = async (list: "commands" | "faults", run: number): Promise<boolean> => {
    let isShorter = false
    for (let from = best[list].length - run; from > -run && mayTry(); from -= run) {
      const left = best[list].toSpliced(Math.max(0, from), run + Math.min(0, from))
      if (await adopt({ ...best, [list]: left })) isShorter = true
    }
    return isShorter
  }

  /** Leaves parts of a list out, in runs that get shorter. */
  const shorten = async (list: "commands" | "faults"): Promise<boolean> => {
    let isShorter = false
    for (let run = Math.ceil(best[list].length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
      if (await leaveOut(list, run)) isShorter = true
    }
    return isShorter
  }

  const simplify = async (): Promise<boolean> => {
    let isSimpler = false
    for (const candidate of simpler(best)) if (await adopt(candidate(best))) isSimpler = true
    return isSimpler
  }

  for (let goesOn = true; goesOn && mayTry();) {
    const fewerFaults = await shorten("faults")
    const fewerCommands = await shorten("commands")
    goesOn = await simplify() || fewerFaults || fewerCommands
  }
  return best
}
