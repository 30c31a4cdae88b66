import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import type { Scenario } from "../scenario/Scenario.ts"
import { describeCoverage, describeTally } from "./describeTally.ts"
import type { Wanted } from "./readArguments.ts"
import { runHistories } from "./runHistories.ts"
import { shrinkBroken, storyOf } from "./shrinkBroken.ts"

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** How often it is said how it goes, in milliseconds. */
const progressMillis = 5_000

/** What came of it: nothing wrong, something wrong, or somebody had no patience; what was run until then was clean. */
export type Verdict = "clean" | "broken" | "interrupted"

/** Runs the histories that are wanted. Whoever interrupts it hears what was run; whoever does so twice does not wait for that. */
export const simulate = async (wanted: Wanted): Promise<Verdict> => {
  let interrupted = false
  process.once("SIGINT", () => {
    interrupted = true
  })
  const began = performance.now()
  const loaded = processorSeconds()
  const seconds = () => (performance.now() - began) / 1_000
  let saidAt = began
  const { broken, tally } = await runHistories({
    ...wanted,
    goesOn: (histories) =>
      !interrupted && (wanted.histories === undefined ? seconds() < wanted.minutes * 60 : histories < wanted.histories),
    progress: (tally) => {
      if (wanted.json || performance.now() - saidAt < progressMillis) return
      saidAt = performance.now()
      say(
        `${seconds().toFixed(0).padStart(5)} s  ${tally.histories} histories, ${
          (tally.virtualMillis / 3_600_000).toFixed(1)
        } simulated hours, ${tally.commands} commands`
      )
    }
  })
  const ran = seconds()
  if (wanted.json) {
    say(JSON.stringify({
      histories: tally.histories,
      seconds: processorSeconds() - loaded,
      virtualMillis: tally.virtualMillis,
      commands: tally.commands,
      violations: broken?.violations ?? [],
      seed: broken?.scenario.seed ?? null
    }))
    return verdictOf(broken, interrupted)
  }
  for (const line of [...describeTally(tally, ran), ...describeCoverage(tally)]) say(line)
  if (broken === undefined) {
    const seeds = tally.histories === 0 ? "no history" : `seeds ${wanted.seed} to ${wanted.seed + tally.histories - 1}`
    say(`verdict: clean, ${seeds}${interrupted ? ", interrupted" : ""}`)
    return verdictOf(broken, interrupted)
  }
  const { scenario, violations } = broken
  say(`verdict: BROKEN, ${violations.length} violations with seed ${scenario.seed}`)
  for (const { detail, kind } of violations.slice(0, 5)) say(`! ${kind}: ${detail.slice(0, 400)}`)
  say("looking for the shortest story of it:")
  const smallest = await shrinkBroken(
    broken,
    (smaller, tries) =>
      say(`  ${smaller.commands.length} commands, ${smaller.faults.length} faults after ${tries} tries`)
  )
  const file = join(mkdtempSync(join(tmpdir(), "simulated-")), `${scenario.seed}.json`)
  writeFileSync(file, JSON.stringify(smallest, null, 2))
  await tell(smallest)
  say(`kept in ${file}; --story tells it again, --seed ${scenario.seed} --histories 1 runs the whole of it`)
  return "broken"
}

const verdictOf = (broken: object | undefined, interrupted: boolean): Verdict =>
  broken !== undefined ? "broken" : interrupted ? "interrupted" : "clean"

/** What this process has had of a processor so far. */
const processorSeconds = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000_000
}

/** Tells the story of a scenario. Gives whether everything is as it should be. */
export const tell = async (scenario: Scenario): Promise<boolean> => {
  const { isBroken, lines } = await storyOf(scenario)
  for (const line of lines) say(line)
  return !isBroken
}
