import { members, noRelation, type Relation, relink } from "./Relation.ts"
import { VersionedMap } from "./VersionedMap.ts"

/** The greatest depth that may be allowed. */
export const depthMax = 64

/** Heights from here on count as this one, which fits nowhere. */
const heightMax = depthMax + 1

/** A height and how many children have it. */
type HeightCount = readonly [height: number, count: number]

/**
 * Which unit stands below which, for one kind of unit. Only live units with a parent or with children are in it.
 *
 * Whether a whole subtree fits below another unit depends on how tall it is. Looking for its deepest leaf would visit
 * every unit in it, so each parent keeps how tall its children are, and how many are that tall. When a unit moves, the
 * counts of its old and new ancestors change, and only up to the first whose own height stays the same. Heights above
 * {@link heightMax} are not told apart, so that is after at most so many ancestors, and a chain of any length that others
 * wrote costs no more than its events. Asking for a height costs nothing.
 */
export interface Forest<Id extends string> {
  readonly parents: VersionedMap<Id, Id>
  readonly children: Relation<Id>
  /** Of each parent, tallest first. */
  readonly heights: VersionedMap<Id, ReadonlyArray<HeightCount>>
}

/** A forest in which nothing stands below anything. */
export const noForest = <Id extends string>(): Forest<Id> => ({
  parents: VersionedMap.empty(),
  children: noRelation(),
  heights: VersionedMap.empty()
})

/** A unit, its parent, the parent of that, and so on to the top. */
export const lineage = <Id extends string>(forest: Forest<Id>, id: Id): ReadonlyArray<Id> => {
  const line: Array<Id> = []
  for (let at: Id | undefined = id; at !== undefined; at = forest.parents.get(at)) line.push(at)
  return line
}

/** How many levels down a unit stands; the top level is 1, and 0 is where nothing stands. */
export const depthOf = <Id extends string>(forest: Forest<Id>, id: Id | null): number =>
  id === null ? 0 : lineage(forest, id).length

/**
 * How many levels a unit and everything below it take; 1 for a unit with nothing below. Beyond {@link depthMax} it is
 * only known to be more.
 */
export const heightOf = <Id extends string>({ heights }: Forest<Id>, id: Id): number =>
  heightAbove(heights.get(id) ?? [])

/**
 * Whether `id` is `top` or stands below it. Looks at what is above `id`, unless nothing is below `top`: then there is
 * nothing to look for, whatever the depth.
 */
export const isWithin = <Id extends string>(forest: Forest<Id>, id: Id, top: Id): boolean => {
  if (id === top || !forest.children.has(top)) return id === top
  let at: Id | undefined = id
  while (at !== undefined && at !== top) at = forest.parents.get(at)
  return at === top
}

/** The way from `id` up to `top` with both ends, or `null` when `id` is neither `top` nor below it. */
export const wayUp = <Id extends string>(forest: Forest<Id>, id: Id, top: Id): ReadonlyArray<Id> | null => {
  const line = lineage(forest, id)
  const at = line.indexOf(top)
  return at === -1 ? null : line.slice(0, at + 1)
}

/** What stands directly below a unit, in order. */
export const childrenOf = <Id extends string>(forest: Forest<Id>, id: Id): ReadonlyArray<Id> =>
  members(forest.children, id)

/** The forest after a unit moved, with everything below it, from one parent to another; `null` is the top level. */
export const moveUnit = <Id extends string>(
  forest: Forest<Id>,
  id: Id,
  from: Id | null,
  to: Id | null
): Forest<Id> => {
  if (from === to) return forest
  const height = heightOf(forest, id)
  const children = relink(forest.children, id, from, to)
  const detached = forest.parents.with(id, undefined)
  const lighter = from === null ? forest.heights : recount(forest.heights, detached, from, height, 0)
  return to === null ? { parents: detached, children, heights: lighter } : {
    parents: detached.with(id, to),
    children,
    heights: recount(lighter, detached, to, 0, height)
  }
}

const heightAbove = (counts: ReadonlyArray<HeightCount>): number => Math.min(heightMax, 1 + (counts[0]?.[0] ?? 0))

/** Below `id` a child of one height becomes one of another height; 0 stands for none. Passed on upwards while it matters. */
const recount = <Id extends string>(
  heights: Forest<Id>["heights"],
  parents: Forest<Id>["parents"],
  id: Id,
  removed: number,
  added: number
): Forest<Id>["heights"] => {
  let result = heights
  let [at, less, more]: [Id | undefined, number, number] = [id, removed, added]
  while (at !== undefined && less !== more) {
    const before = result.get(at) ?? []
    const after = count(count(before, less, -1), more, 1)
    result = result.with(at, after.length === 0 ? undefined : after)
    less = heightAbove(before)
    more = heightAbove(after)
    at = parents.get(at)
  }
  return result
}

const count = (counts: ReadonlyArray<HeightCount>, height: number, change: 1 | -1): ReadonlyArray<HeightCount> => {
  if (height === 0) return counts
  const taller = counts.filter(([other]) => other > height).length
  const known = counts[taller]?.[0] === height ? counts[taller][1] : 0
  const changed = known + change === 0 ? [] : [[height, known + change] as const]
  return counts.toSpliced(taller, known === 0 ? 0 : 1, ...changed)
}
