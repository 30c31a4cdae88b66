import { HashMap, HashSet, Option } from "effect"

/** Which ids belong to a key. Keys without ids are not there, so equal relations are equal values. */
export type Relation<Id extends string> = HashMap.HashMap<string, HashSet.HashSet<Id>>

/** The ids of a key, in order. */
export const members = <Id extends string>(relation: Relation<Id>, key: string): ReadonlyArray<Id> => {
  const ids = Option.getOrUndefined(HashMap.get(relation, key))
  return ids === undefined ? [] : Array.from(ids).toSorted()
}

/** The relation after `id` moved from one key to another; `null` stands for none. */
export const relink = <Id extends string>(
  relation: Relation<Id>,
  id: Id,
  from: string | null,
  to: string | null
): Relation<Id> => from === to ? relation : link(unlink(relation, id, from), id, to)

const link = <Id extends string>(relation: Relation<Id>, id: Id, key: string | null): Relation<Id> =>
  key === null
    ? relation
    : HashMap.set(
      relation,
      key,
      HashSet.add(Option.getOrElse(HashMap.get(relation, key), () => HashSet.empty<Id>()), id)
    )

const unlink = <Id extends string>(relation: Relation<Id>, id: Id, key: string | null): Relation<Id> => {
  const ids = key === null ? undefined : Option.getOrUndefined(HashMap.get(relation, key))
  if (key === null || ids === undefined) return relation
  const left = HashSet.remove(ids, id)
  return HashSet.isEmpty(left) ? HashMap.remove(relation, key) : HashMap.set(relation, key, left)
}
