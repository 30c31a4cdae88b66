import { type AllExplored, exploreAll } from "./exploreAll.ts"
import { groups, may, pairs, type Scene } from "./scenes.ts"
import type { AnyStep, Budget } from "./World.ts"

/** Scenes, and what may happen in them. */
export interface Exploration {
  readonly scenes: Readonly<Record<string, Scene>>
  readonly may: Budget
}

const only = (scenes: Readonly<Record<string, Scene>>, without: RegExp) =>
  Object.fromEntries(Object.entries(scenes).filter(([name]) => !without.test(name)))

/** Large, because both replicas have something to do all the time. */
const large = /two replicas|other replica|nothing to change/
const few = only(pairs, large)
const manyInGroup = /two copies|fourth|mistake/

/** What every run of the tests goes through, from what costs little to what costs more. */
const quick: ReadonlyArray<Exploration> = [
  { scenes: { ...pairs, ...only(groups, /two copies/) }, may: may({}) },
  { scenes: few, may: may({ foreign: 1, late: 1 }) },
  { scenes: few, may: may({ foreign: 1, hint: 1, close: 1 }) },
  { scenes: { ...few, ...only(groups, manyInGroup) }, may: may({ refused: 1, gone: 1 }) },
  { scenes: { ...few, ...only(groups, manyInGroup) }, may: may({ died: 1, stale: 1 }) },
  { scenes: few, may: may({ foreign: 1, lost: 1 }) },
  { scenes: only(groups, manyInGroup), may: may({ lost: 2 }) },
  { scenes: only(pairs, /one replica|same replica|dry run|mistake|independent|needs|room/), may: may({ lost: 1 }) },
  { scenes: few, may: may({ lost: 1, late: 1, close: 1 }) },
  { scenes: few, may: may({ lost: 1, crash: 1 }) }
]

/** What takes minutes. */
const thorough: ReadonlyArray<Exploration> = [
  ...quick,
  { scenes: groups, may: may({ lost: 1 }) },
  { scenes: only(groups, /two copies/), may: may({ lost: 1, late: 1, refused: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, late: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, close: 1 }) },
  { scenes: pairs, may: may({ lost: 1, late: 1, crash: 1 }) },
  { scenes: pairs, may: may({ foreign: 1, lost: 1, stale: 1 }) },
  { scenes: pairs, may: may({ lost: 2, refused: 1 }) }
]

/** `quick` is a part of each run of the tests; `thorough` takes minutes. */
export const explorations = { quick, thorough } as const

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
