import type { OnTransition } from "@cim-domain/event-sourcing/LineWatch"

/** What a line was in, what happened to it, and how often. */
export interface Seen {
  readonly state: string
  readonly input: string
  readonly count: number
}

type Line = Parameters<OnTransition>[0]
type Input = Parameters<OnTransition>[1]

const states = ["idle", "Load", "Refresh", "CatchUp", "Find", "Append"] as const
const doubts = ["", " in doubt"] as const
const failures = ["conflict", "copied", "unanswered", "seen", "away", "final", "died"] as const
const inputs = ["Arrived", "Left", "Closed", "Loaded", "Found", "Appended", ...failures, "too late"] as const

/** Whether something can happen to a line at all: only what is asked is answered, and only in its own way. */
const isPossible = (state: string, input: string): boolean => {
  const [asked] = state.split(" ")
  switch (input) {
    case "Arrived":
    case "Closed":
    case "too late":
      return true
    case "Left":
      return asked !== "idle"
    case "Loaded":
      return asked === "Load" || asked === "Refresh" || asked === "CatchUp"
    case "Found":
      return asked === "Find"
    case "Appended":
    case "conflict":
    case "copied":
    case "unanswered":
    case "seen":
      return asked === "Append"
    default:
      return asked !== "idle"
  }
}

/** Counts which transitions of lines were seen, of those that exist: by what is asked and whether an append is in doubt. */
export class LineCoverage {
  readonly #counts = new Map<string, number>()

  readonly watch: OnTransition = (before, input) => {
    const key = `${stateOf(before)}|${inputOf(before, input)}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Every transition that exists, in order. */
  get all(): ReadonlyArray<Seen> {
    return states.flatMap((asked) =>
      doubts.flatMap((doubt) =>
        inputs.flatMap((input): ReadonlyArray<Seen> => {
          const state = `${asked}${doubt}`
          const count = this.#counts.get(`${state}|${input}`) ?? 0
          return isPossible(state, input) && state !== "idle in doubt" ? [{ state, input, count }] : []
        })
      )
    )
  }

  /** Those that were seen though they are not thought to exist: `state|input`. */
  get unexpected(): ReadonlyArray<string> {
    const known = new Set(this.all.map(({ input, state }) => `${state}|${input}`))
    return [...this.#counts.keys()].filter((key) => !known.has(key))
  }
}

const stateOf = ({ asked, unanswered }: Line): string =>
  asked === undefined ? "idle" : `${asked._tag}${unanswered.length > 0 ? " in doubt" : ""}`

const inputOf = ({ asked }: Line, input: Input): string => {
  if ("question" in input && input.question !== asked) return "too late"
  return input._tag === "Failed" ? input.why : input._tag
}
