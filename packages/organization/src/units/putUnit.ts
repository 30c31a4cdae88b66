import { HashMap, Option } from "effect"
import { growth } from "../limits/bytesOf.ts"
import { type Forest, moveUnit } from "./Forest.ts"
import { type Relation, relink, relinkAll } from "./Relation.ts"
import type { UnitIndex } from "./UnitIndex.ts"
import { type KindOfUnit, type UnitKind, unitKinds, type UnitOf } from "./unitKinds.ts"
import { type Units, unitsById } from "./Units.ts"

/**
 * A new unit, or what a unit becomes next; the index follows. Only live units are in the index, so one that retires leaves it;
 * nothing may stand below it or point to it by then.
 */
export const putUnit = <State extends Units, Kind extends UnitKind>(
  units: State,
  kind: Kind,
  next: UnitOf[Kind]
): State => {
  const { collection, indexed, retired } = unitKinds[kind]
  const byId = unitsById(units, kind)
  const known = Option.getOrUndefined(HashMap.get(byId, next.id))
  const before = known?.status === retired ? undefined : known
  const after: { -readonly [Name in keyof Units]: unknown } = {
    ...units,
    bytes: units.bytes + growth(before, next),
    index: reindexed(units.index, indexed, next.id, before, next.status === retired ? undefined : next)
  }
  after[collection] = HashMap.set(byId, next.id, next)
  return after as State
}

/** The index after a live unit became another one, came (`before` is none), or went; what stays the same is not made anew. */
export const reindexed = <Unit>(
  index: UnitIndex,
  { count, forest, lists, relations }: KindOfUnit<Unit>["indexed"],
  id: string,
  before: Unit | undefined,
  after: Unit | undefined
): UnitIndex => {
  let next: { -readonly [Name in keyof UnitIndex]: unknown } | undefined
  if (forest !== null) {
    const { name, of } = forest
    const from = before === undefined ? null : of(before)
    const to = after === undefined ? null : of(after)
    if (from !== to) (next ??= { ...index })[name] = moveUnit(index[name] as Forest<string>, id, from, to)
  }
  for (const { key, name, of } of relations) {
    const from = before === undefined ? null : of(before)
    const to = after === undefined ? null : of(after)
    if (from === to) continue
    const relation = index[name] as Relation<string>
    ;(next ??= { ...index })[name] = key === undefined
      ? relink(relation, id, from, to)
      : relink(relation, id, from === null ? null : key(from), to === null ? null : key(to))
  }
  for (const { name, of } of lists) {
    const from = before === undefined ? none : of(before)
    const to = after === undefined ? none : of(after)
    const relation = index[name] as Relation<string>
    const changed = relinkAll(relation, id, from, to)
    if (changed !== relation) (next ??= { ...index })[name] = changed
  }
  if (count !== null && (before === undefined) !== (after === undefined)) {
    const change = after === undefined ? -1 : 1
    ;(next ??= { ...index })[count] = index[count] + change
  }
  return next === undefined ? index : next as UnitIndex
}

const none: ReadonlyArray<string> = []
