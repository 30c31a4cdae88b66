import { explore, type Explored } from "./explore.ts"
import type { Scene } from "./scenes.ts"
import { type AnyStep, type Budget, decideForgetfully, rules } from "./World.ts"

/** What came of several explorations. */
export interface AllExplored extends Explored {
  readonly scene: string | undefined
}

/** Explores these scenes, with a store that remembers ids and one that does not, until something is wrong. */
export const exploreAll = (
  step: AnyStep,
  scenes: Readonly<Record<string, Scene>>,
  budget: Budget,
  log: (line: string) => void = () => undefined
): AllExplored => {
  let worlds = 0
  let histories = 0n
  for (const [name, { asked, before, bytesMax = rules.bytesMax, foreign, forgets }] of Object.entries(scenes)) {
    const of = { ...rules, bytesMax, decide: forgets === true ? decideForgetfully : rules.decide }
    for (const remembers of [true, false]) {
      const at = performance.now()
      const found = explore({ asked, foreign, step, remembers, budget, rules: of }, before)
      worlds += found.worlds
      histories += found.histories
      const label = remembers ? `${name}, ids remembered` : name
      log(
        `${found.worlds} worlds, ${found.histories} histories, ${Math.round(performance.now() - at)} ms: ${label}`
      )
      if (found.wrong !== undefined) return { worlds, histories, scene: label, wrong: found.wrong }
    }
  }
  return { worlds, histories, scene: undefined, wrong: undefined }
}
