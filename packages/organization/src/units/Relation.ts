import { HashSet } from "effect"
import { VersionedMap } from "./VersionedMap.ts"

/** Which ids belong to a key: one, which is most often so, or a set. Keys without ids are not there. */
export type Relation<Id extends string> = VersionedMap<string, Id | HashSet.HashSet<Id>>

/** No ids of any key. */
export const noRelation = <Id extends string>(): Relation<Id> => VersionedMap.empty()

/** The ids of a key, in order. */
export const members = <Id extends string>(relation: Relation<Id>, key: string): ReadonlyArray<Id> => {
  const ids = relation.get(key)
  if (ids === undefined) return []
  return typeof ids === "string" ? [ids] : Array.from(ids).toSorted()
}

/** The relation after `id` moved from one key to another; `null` stands for none. */
export const relink = <Id extends string>(
  relation: Relation<Id>,
  id: Id,
  from: string | null,
  to: string | null
): Relation<Id> => from === to ? relation : link(unlink(relation, id, from), id, to)

/** The relation after `id`, which belonged to several keys, belongs to others. */
export const relinkAll = <Id extends string>(
  relation: Relation<Id>,
  id: Id,
  from: ReadonlyArray<string>,
  to: ReadonlyArray<string>
): Relation<Id> => {
  if (from === to || from.length + to.length === 0) return relation
  const [before, after] = [new Set(from), new Set(to)]
  let next = relation
  for (const key of before) if (!after.has(key)) next = unlink(next, id, key)
  for (const key of after) if (!before.has(key)) next = link(next, id, key)
  return next
}

const link = <Id extends string>(relation: Relation<Id>, id: Id, key: string | null): Relation<Id> => {
  if (key === null) return relation
  return relation.change(key, (ids) => {
    if (ids === undefined) return id
    return typeof ids === "string" ? HashSet.make(ids, id) : HashSet.add(ids, id)
  })
}

const unlink = <Id extends string>(relation: Relation<Id>, id: Id, key: string | null): Relation<Id> => {
  if (key === null) return relation
  return relation.change(key, (ids) => {
    if (ids === undefined || typeof ids === "string") return ids === id ? undefined : ids
    const left = HashSet.remove(ids, id)
    const [first] = left
    return HashSet.size(left) === 1 ? first : left
  })
}
