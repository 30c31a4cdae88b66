import { type DriverScene, DriverWorld, type UnderTest, Wrong } from "./DriverWorld.ts"
import type { Asked } from "./World.ts"

/** What came of all ways that a scene can take. */
export interface DriverExplored {
  readonly histories: number
  readonly wrong: { readonly what: string; readonly scene: string; readonly path: ReadonlyArray<string> } | undefined
}

const ask = (n: number, id: string, amount: number, aggregateId = "a"): Asked => ({
  n,
  aggregateId,
  id,
  amount,
  replica: 0,
  most: 10,
  dryRun: false,
  throws: false,
  traceparent: undefined
})

const three = [ask(0, "a", 1), ask(1, "b", 1), ask(2, "c", 1)]

export const driverScenes: Readonly<Record<string, DriverScene>> = {
  "whoever is told is broken": { asked: three, before: [1], onAnswer: { 0: { throws: true } }, may: { leave: 1 } },
  "what is asked is broken": { asked: three, before: [1], may: { throw: 2, leave: 1 } },
  "three in line": { asked: three, before: [1], may: { lost: 1, conflict: 1 } },
  "three in line, and some leave": { asked: three, before: [1], may: { leave: 2, belated: 1 } },
  "three in line, and all are late": { asked: three, before: [1], may: { late: 1, belated: 1, away: 1 } },
  "three in line, and it is closed": { asked: three, before: [1], may: { close: 1, belated: 1 } },
  "in vain again and again": { asked: three.slice(0, 2), before: [1], may: { away: 2, conflict: 2, leave: 1 } },
  "closed while it waits to ask again": { asked: three.slice(0, 2), before: [1], may: { away: 1, lost: 1, close: 1 } },
  "two lines": {
    asked: [ask(0, "a", 1, "a"), ask(1, "b", 1, "b"), ask(2, "c", 1, "a"), ask(3, "d", 1, "b")],
    before: [1],
    may: { late: 1 }
  },
  "three lines, of which one is known": {
    asked: [ask(0, "a", 1, "a"), ask(1, "b", 1, "b"), ask(2, "c", 1, "c"), ask(3, "d", 1, "a")],
    before: [1],
    may: { close: 1 }
  },
  "answers at once": { asked: three, before: [1], atOnce: true, may: { leave: 1, conflict: 1 } },
  "sent from within an answer": {
    asked: three,
    before: [1],
    atOnce: true,
    onAnswer: { 0: { send: 2 } },
    may: { conflict: 1 }
  },
  "gone from within an answer": {
    asked: three,
    before: [1],
    atOnce: true,
    onAnswer: { 0: { leave: 1 } },
    may: { lost: 1 }
  }
}

/** Goes every way of a driver, with its ports where they are given, from the beginning each time: a driver is not a value. */
export const exploreDriver = (
  underTest: UnderTest,
  scenes: Readonly<Record<string, DriverScene>> = driverScenes,
  log: (line: string) => void = () => undefined
): DriverExplored => {
  let histories = 0
  for (const [name, scene] of Object.entries(scenes)) {
    const at = performance.now()
    const before = histories
    const taken: Array<{ choice: number; readonly options: number; readonly what: string }> = []
    do {
      let depth = 0
      histories += 1
      try {
        new DriverWorld(underTest, scene, (options, what) => {
          const known = taken[depth++]
          if (known !== undefined) return known.choice
          taken.push({ choice: 0, options, what })
          return 0
        }).run()
      } catch (error) {
        const path = taken.map(({ choice, what }) => what.split(", ")[choice]!)
        const what = error instanceof Wrong ? error.message : String(error)
        return { histories, wrong: { what, scene: name, path } }
      }
      while (taken.length > 0 && taken.at(-1)!.choice === taken.at(-1)!.options - 1) taken.pop()
      if (taken.length > 0) taken.at(-1)!.choice += 1
    } while (taken.length > 0)
    log(`${histories - before} histories, ${Math.round(performance.now() - at)} ms: ${name}`)
  }
  return { histories, wrong: undefined }
}
