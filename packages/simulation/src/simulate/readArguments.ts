import { parseArgs } from "node:util"

/** What somebody wants of the simulator. */
export interface Wanted {
  /** How long to go on with histories, in minutes. */
  readonly minutes: number
  /** The seed of the first history; the next ones count on. */
  readonly seed: number
  /** Histories, if somebody wants just so many. */
  readonly histories: number | undefined
  readonly replicas: number | undefined
  /** Commands and faults of a history, if somebody wants just so many. */
  readonly commands: number | undefined
  readonly faults: number | undefined
  /** Whether small numbers take the place of large ones: states remember ten commands. */
  readonly forgetful: boolean
  /** Words of the name of a fault to plant. */
  readonly plant: string | undefined
  /** Whether all planted faults are looked for. */
  readonly plants: boolean
  /** A file with a scenario to tell. */
  readonly story: string | undefined
  /** Whether only one line of JSON is wanted. */
  readonly json: boolean
}

/** What is said to `--help`. */
export const usage = `Usage: npm run simulate -- [options]
Runs the whole service in virtual time, against a broker that is simulated, and judges every history.

  --minutes N      go on for so long; 1 by default
  --seed S         the first history's; the next ones count on. By default another one each time
  --histories N    run just so many, however long that takes; with --plants 120 for each fault by default
  --replicas N     of the service; by default the seed decides, as about everything else
  --commands N     of each history
  --faults N       of each history
  --forgetful      states remember the last 10 commands instead of 1 000, so that the history has to be asked for others
  --plant WORDS    plant the fault with these words in its name, to see that it is found
  --plants         look for every planted fault, each in a process of its own, and print what was found how soon; with --plant
                   for those with these words in layer and name
  --story FILE     tell the story of a scenario that was kept
  --json           print one line of JSON instead
  --help           this

Ends with 0 when nothing is wrong (with --plants: when each one is found), with 1 when something is: then with the shortest story
of it that was found, and the file in which it is kept. With 2 for options that it does not know, and for a FILE with no scenario.`

/** Reads the arguments; gives what is wrong with them, in words. */
export const readArguments = (
  given: ReadonlyArray<string>,
  freshSeed: () => number
): Wanted | "help" | { readonly wrong: string } => {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        minutes: { type: "string" },
        seed: { type: "string" },
        histories: { type: "string" },
        replicas: { type: "string" },
        commands: { type: "string" },
        faults: { type: "string" },
        plant: { type: "string" },
        forgetful: { type: "boolean" },
        plants: { type: "boolean" },
        story: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" }
      }
    })
    if (values.help === true) return "help"
    return {
      minutes: number("minutes", values.minutes, 0.01, 10_000, false) ?? 1,
      seed: number("seed", values.seed, 0, 4_294_967_295) ?? freshSeed(),
      histories: number("histories", values.histories, 1, 1_000_000_000),
      replicas: number("replicas", values.replicas, 1, 10),
      commands: number("commands", values.commands, 1, 100_000),
      faults: number("faults", values.faults, 0, 10_000),
      plant: values.plant,
      forgetful: values.forgetful === true,
      plants: values.plants === true,
      story: values.story,
      json: values.json === true
    }
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) }
  }
}

const number = (
  name: string,
  text: string | undefined,
  min: number,
  max: number,
  isWhole = true
): number | undefined => {
  if (text === undefined) return undefined
  const value = text.trim() === "" ? Number.NaN : Number(text)
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value
  throw new Error(`--${name} is ${isWhole ? "a whole number" : "a number"} from ${min} to ${max}, not "${text}"`)
}
