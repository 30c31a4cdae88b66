/**
 * Goes through every history of a few commands: of the machine, and of its driver. Plain Node:
 * `node packages/event-sourcing/test/line/main.ts [quick | plants [words of the names]]`. Ends with code 1 when something is
 * wrong, or a planted fault is not found.
 */
import { LineDriver } from "../../src/line/LineDriver.ts"
import { step } from "../../src/line/step.ts"
import { explorations, exploreEach } from "./explorations.ts"
import { driverScenes, exploreDriver } from "./exploreDriver.ts"
import { type Planted, withPlanted } from "./planted.ts"
import { driverPlants, machinePlants, type Plant } from "./plants.ts"

const say = (line: string) => void process.stdout.write(`${line}\n`)

interface Wrong {
  readonly what: string
  readonly path: ReadonlyArray<string>
}

const explain = (scene: string | undefined, { path, what }: Wrong) =>
  say(`WRONG: ${what} (${scene})\n  ${path.join("\n  ")}`)

const explore = (which: "quick" | "thorough"): boolean => {
  const at = performance.now()
  const machine = exploreEach(step, Object.values(explorations[which]), say)
  if (machine.wrong !== undefined) explain(machine.scene, machine.wrong)
  say("the driver:")
  const driver = exploreDriver(LineDriver, driverScenes, say)
  if (driver.wrong !== undefined) explain(driver.wrong.scene, driver.wrong)
  const seconds = ((performance.now() - at) / 1_000).toFixed(0)
  say(
    `machine: ${machine.worlds} worlds, ${machine.histories} histories; driver: ${driver.histories} histories; ${seconds} s`
  )
  return machine.wrong === undefined && driver.wrong === undefined
}

const lookFor = async <P extends Plant>(
  plants: ReadonlyArray<P>,
  words: ReadonlyArray<string>,
  look: (plant: P, planted: Planted) => Wrong | undefined
): Promise<boolean> => {
  let all = true
  for (const plant of plants) {
    if (!words.every((word) => plant.name.includes(word))) continue
    const at = performance.now()
    const wrong = await withPlanted(plant, (planted) => look(plant, planted))
    all &&= wrong !== undefined
    const millis = Math.round(performance.now() - at)
    say(`${wrong === undefined ? "NOT FOUND" : "found"} (${millis} ms) ${plant.name}: ${wrong?.what ?? ""}`)
  }
  return all
}

const [what = "thorough", ...words] = process.argv.slice(2)
if (what === "plants") {
  const found = [
    await lookFor(
      machinePlants,
      words,
      ({ shownBy }, { step }) => exploreEach(step, [explorations.quick[shownBy]]).wrong
    ),
    await lookFor(driverPlants, words, (_, { LineDriver }) => exploreDriver(LineDriver).wrong)
  ]
  process.exitCode = found.every((each) => each) ? 0 : 1
} else if (what === "quick" || what === "thorough") {
  process.exitCode = explore(what) ? 0 : 1
} else {
  say(`"${what}" is none of: quick, thorough, plants`)
  process.exitCode = 2
}
