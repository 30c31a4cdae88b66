import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { type Forest, wayUp } from "./Forest.ts"
import type { UnitKind } from "./unitKinds.ts"

/** The error of putting a unit below itself or below something that stands below it, else `null`. */
export const circularReference = <Id extends string>(
  kind: UnitKind,
  forest: Forest<Id>,
  id: Id,
  parent: Id | null
): OrganizationError | null => {
  const way = parent === null ? null : wayUp(forest, parent, id)
  return way === null ? null : errorKinds.CircularReference.make({ kind, path: [id, ...way] })
}
