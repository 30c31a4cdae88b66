import { unfinished, violation } from "./check.ts"
import { Interner } from "./Interner.ts"
import { beginning, type Move, moves, type Setting } from "./moves.ts"
import type { World } from "./World.ts"

/** What came of an exploration. */
export interface Explored {
  readonly worlds: number
  /** Different ways from the beginning to an end. */
  readonly histories: bigint
  /** The first thing that is wrong, and the way to it. */
  readonly wrong: { readonly what: string; readonly path: ReadonlyArray<string> } | undefined
}

/** Nothing that happens depends on these, or they follow from what is beside them: what is planned, from what and for whom. */
const ignored = [
  "events",
  "encoded",
  "own",
  "decision",
  "rejection",
  "aggregateId",
  "lastEventId",
  "snapshotVersion",
  "error"
]

/** Goes every way that histories can take, through each world once. */
export const explore = (setting: Setting, amounts: ReadonlyArray<number>): Explored => {
  const interner = new Interner(ignored)
  const ways = new Map<number, bigint>()
  const under = new Set<number>()
  const path: Array<string> = []
  let wrong: Explored["wrong"]
  const fail = (what: string) => {
    wrong = { what, path: [...path] }
    return 0n
  }
  const visit = (world: World): bigint => {
    const key = interner.numberOf(world)
    const known = ways.get(key)
    if (known !== undefined) return known
    if (under.has(key)) return fail("it goes round in circles")
    const next = attempt(() => moves(setting, world))
    if (typeof next === "string") return fail(next)
    under.add(key)
    let count = 0n
    if (next.length === 0) {
      const what = unfinished(setting, world)
      count = what === undefined ? 1n : fail(what)
    }
    for (const move of next) {
      path.push(move.label)
      const what = violation(setting, world, move.world)
      count += what === undefined ? visit(move.world) : fail(what)
      path.pop()
      if (wrong !== undefined) break
    }
    under.delete(key)
    ways.set(key, count)
    return count
  }
  const histories = visit(beginning(setting, amounts))
  return { worlds: ways.size, histories, wrong }
}

const attempt = (make: () => ReadonlyArray<Move>): ReadonlyArray<Move> | string => {
  try {
    return make()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
