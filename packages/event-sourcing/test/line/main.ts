/**
 * Goes through every history of a few commands: of the machine, of its driver, and of that with its ports. Plain Node:
 * `node packages/event-sourcing/test/line/main.ts [quick | plants [words of the names]]`. Ends with code 1 when something is
 * wrong, or a planted fault is not found.
 */
import { makeLinePorts } from "../../src/handler/linePorts.ts"
import { LineDriver } from "../../src/line/LineDriver.ts"
import { step } from "../../src/line/step.ts"
import { explorations, exploreEach } from "./explorations.ts"
import { driverScenes, exploreDriver } from "./exploreDriver.ts"
import { type Planted, withPlanted } from "./planted.ts"
import { driverPlants, machinePlants, type Plant, portPlants } from "./plants.ts"

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
  const driver = exploreDriver({ LineDriver }, driverScenes, say)
  if (driver.wrong !== undefined) explain(driver.wrong.scene, driver.wrong)
  say("the driver with its ports:")
  const ports = exploreDriver({ LineDriver, makeLinePorts }, driverScenes, say)
  if (ports.wrong !== undefined) explain(ports.wrong.scene, ports.wrong)
  const seconds = ((performance.now() - at) / 1_000).toFixed(0)
  say(
    `machine: ${machine.worlds} worlds, ${machine.histories} histories; driver: ${driver.histories} histories, with its ports ${ports.histories}; ${seconds} s`
  )
  return [machine, driver, ports].every(({ wrong }) => wrong === undefined)
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

const usage = `Usage: npm run explore                       every history of a few commands; minutes
       npm run explore -- quick              what npm test goes through
       npm run explore -- plants [words]     what finds each planted fault, of those with these words in their names
Ends with 0 when nothing is wrong and each fault is found, with 1 otherwise, with 2 for other words.`

const [what = "thorough", ...words] = process.argv.slice(2)
const isPlanted = ({ name }: Plant) => words.every((word) => name.includes(word))
if (what === "--help" || what === "-h") say(usage)
else if (what === "plants" && ![...machinePlants, ...driverPlants, ...portPlants].some(isPlanted)) {
  say(`no planted fault has these words in its name: ${words.join(" ")}`)
  process.exitCode = 2
} else if (what === "plants") {
  const found = [
    await lookFor(
      machinePlants,
      words,
      ({ shownBy }, { step }) => exploreEach(step, [explorations.shown[shownBy]]).wrong
    ),
    await lookFor(driverPlants, words, (_, { LineDriver }) => exploreDriver({ LineDriver }).wrong),
    await lookFor(portPlants, words, (_, planted) => exploreDriver(planted).wrong)
  ]
  process.exitCode = found.every((each) => each) ? 0 : 1
} else if (what === "quick" || what === "thorough") {
  process.exitCode = explore(what) ? 0 : 1
} else {
  say(`"${what}" is none of: quick, thorough, plants\n${usage}`)
  process.exitCode = 2
}
