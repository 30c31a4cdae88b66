/**
 * The simulator: `node packages/simulation/src/main.ts --help`. Ends with 1 when something is wrong, with 2 for arguments that it does
 * not know, or a story that is none, with 130 when it is interrupted.
 */
import { Result } from "effect"
import process from "node:process"
import { forgetful } from "./plants/forgetful.ts"
import { lookForPlant } from "./plants/lookForPlant.ts"
import { plantFault } from "./plants/plantFault.ts"
import { plants } from "./plants/plants.ts"
import { readArguments, usage, type Wanted } from "./simulate/readArguments.ts"
import { readStory } from "./simulate/readStory.ts"

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Plants what is wanted, before anything is imported that it could be planted in. */
const run = async (wanted: Wanted): Promise<number> => {
  if (wanted.forgetful && !wanted.plants) forgetful.forEach(plantFault)
  if (wanted.plants) return await lookForAll(wanted) ? 0 : 1
  if (wanted.plant !== undefined) {
    const exact = plants.filter(({ name }) => name === wanted.plant)
    const words = wanted.plant.split(" ")
    const [plant, ...others] = exact.length === 1
      ? exact
      : plants.filter(({ name }) => words.every((word) => name.includes(word)))
    if (plant === undefined || others.length > 0) {
      say(
        `${
          others.length === 0 ? "no planted fault has" : "several planted faults have"
        } these words in their names: ${wanted.plant}`
      )
      for (const { layer, name } of plants) say(`  ${layer}: ${name}`)
      return 2
    }
    plantFault(plant)
  }
  const { simulate, tell } = await import("./simulate/simulate.ts")
  if (wanted.story === undefined) return exitCodes[await simulate(wanted)]
  const story = readStory(wanted.story)
  if (Result.isSuccess(story)) return await tell(story.success) ? 0 : 1
  say(story.failure)
  return 2
}

const exitCodes = { clean: 0, broken: 1, interrupted: 130 } as const

/** Histories in which each planted fault is looked for: about a minute. */
const historiesEach = 120

const lookForAll = async (wanted: Wanted): Promise<boolean> => {
  const words = wanted.plant?.split(" ") ?? []
  const chosen = plants.filter(({ layer, name }) => words.every((word) => `${layer} ${name}`.includes(word)))
  let missed = 0
  for (const plant of chosen) {
    const { failure, found, histories, seconds } = await lookForPlant(plant, {
      ...wanted,
      histories: wanted.histories ?? historiesEach
    })
    if (found === undefined && plant.harmless === undefined) missed += 1
    const not = plant.harmless === undefined ? `NOT FOUND in ${histories} histories` : `harmless: ${plant.harmless}`
    const what = failure ?? found ?? not
    say(
      `${plant.layer.padEnd(14)}${plant.name.padEnd(76)}${seconds.toFixed(1).padStart(6)} s  ${
        String(histories).padStart(4)
      }  ${what}`
    )
  }
  say(`${chosen.length - missed} of ${chosen.length} planted faults were found, or do no harm`)
  return missed === 0 && chosen.length > 0
}

const wanted = readArguments(process.argv.slice(2), () => Math.floor(Math.random() * 1_000_000))
if (wanted === "help") say(usage)
else if ("wrong" in wanted) {
  say(`${wanted.wrong}\n\n${usage}`)
  process.exitCode = 2
} else process.exitCode = await run(wanted)
