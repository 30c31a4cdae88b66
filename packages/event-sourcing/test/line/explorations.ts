import { type AllExplored, exploreAll } from "./exploreAll.ts"
import { forgetting, groups, may, old, pairs, type Scene } from "./scenes.ts"
import type { AnyStep, Budget } from "./World.ts"

/** Scenes, and what may happen in them. */
export interface Exploration {
  readonly scenes: Readonly<Record<string, Scene>>
  readonly may: Budget
}

const only = (scenes: Readonly<Record<string, Scene>>, without: RegExp) =>
  Object.fromEntries(Object.entries(scenes).filter(([name]) => !without.test(name)))

const pick = (scenes: Readonly<Record<string, Scene>>, which: RegExp) =>
  Object.fromEntries(Object.entries(scenes).filter(([name]) => which.test(name)))

/** Large, because both replicas have something to do all the time. */
const large = /two replicas|other replica|nothing to change|somebody else takes/
const few = only(pairs, large)
const threes = only(groups, /two copies|fourth|mistake|three behind/)

/** What every run of the tests goes through, by what may go wrong. */
const quick = {
  "nothing": { scenes: { ...pairs, ...only(groups, /two copies/) }, may: may({}) },
  "late": { scenes: few, may: may({ foreign: 1, late: 1 }) },
  "closed": { scenes: few, may: may({ foreign: 1, hint: 1, close: 1 }) },
  "refused": { scenes: { ...threes, ...pick(groups, /three behind/) }, may: may({ refused: 1 }) },
  "gone": { scenes: { ...few, ...threes }, may: may({ gone: 1 }) },
  "broken": { scenes: { ...few, ...threes }, may: may({ died: 1 }) },
  "stale": { scenes: few, may: may({ stale: 1, foreign: 1 }) },
  "lost": { scenes: only(pairs, /^independent, two|^nothing|^room for one, two/), may: may({ lost: 1 }) },
  "lost, somebody else": { scenes: { ...pick(pairs, /room for all/), ...few }, may: may({ foreign: 1, lost: 1 }) },
  "lost, late": { scenes: { ...pick(threes, /shares|refused|again/), ...few }, may: may({ lost: 1, late: 1 }) },
  "lost, closed or crashed": { scenes: few, may: may({ lost: 1, close: 1, crash: 1 }) },
  "forgotten": { scenes: only(forgetting, /^same id|^a group|other content/), may: may({ foreign: 1, lost: 1 }) },
  "forgotten, in a group": { scenes: pick(forgetting, /^a group|other content/), may: may({ foreign: 1 }) },
  "copied, late": { scenes: pick(pairs, /^same id, two replicas, room/), may: may({ foreign: 1, lost: 1, late: 1 }) },
  "lost twice": { scenes: pick(threes, /shares|refused/), may: may({ lost: 2 }) }
} as const satisfies Readonly<Record<string, Exploration>>

/** What finds a planted fault soon, and takes most of a minute when there is nothing to be found: the tests go through it with the fault alone. */
const aimed = {
  "lost, where the state is old": { scenes: old, may: may({ foreign: 1, lost: 1 }) }
} as const satisfies Readonly<Record<string, Exploration>>

/** An exploration that shows a planted fault in every run of the tests. */
export type Quick = keyof typeof quick | keyof typeof aimed

/** What takes minutes. */
const thorough: ReadonlyArray<Exploration> = [
  ...Object.values<Exploration>(quick),
  ...Object.values<Exploration>(aimed),
  { scenes: forgetting, may: may({ foreign: 1, lost: 1 }) },
  { scenes: groups, may: may({ lost: 1 }) },
  { scenes: threes, may: may({ lost: 1, late: 1, refused: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, late: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, close: 1 }) },
  { scenes: pairs, may: may({ lost: 1, late: 1, crash: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, stale: 1 }) },
  { scenes: pairs, may: may({ lost: 2, refused: 1 }) }
]

/** `quick` is a part of each run of the tests, what is `shown` finds planted faults there; `thorough` takes minutes. */
export const explorations: {
  readonly quick: Readonly<Record<string, Exploration>>
  readonly shown: Readonly<Record<Quick, Exploration>>
  readonly thorough: ReadonlyArray<Exploration>
} = { quick, shown: { ...quick, ...aimed }, thorough }

/** Goes through explorations until something is wrong. */
export const exploreEach = (
  step: AnyStep,
  explorations: ReadonlyArray<Exploration>,
  log: (line: string) => void = () => undefined
): AllExplored => {
  let worlds = 0
  let histories = 0n
  for (const { may, scenes } of explorations) {
    const names = Object.entries(may).filter(([, times]) => times > 0).map(([name, times]) => `${times} × ${name}`)
    log(names.length === 0 ? "nothing goes wrong:" : `${names.join(", ")}:`)
    const found = exploreAll(step, scenes, may, log)
    worlds += found.worlds
    histories += found.histories
    if (found.wrong !== undefined) return { ...found, worlds, histories }
  }
  return { worlds, histories, scene: undefined, wrong: undefined }
}
