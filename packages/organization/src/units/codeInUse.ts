import { codeKey } from "@cim-domain/commands/fields/Code"
import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { members, type Relation } from "./Relation.ts"
import type { UnitKind } from "./unitKinds.ts"

/** The error of a code that another live unit of the kind has, in any spelling of it, else `null`. */
export const codeInUse = <Id extends string>(
  kind: UnitKind,
  codes: Relation<Id>,
  code: string | null,
  own: Id
): OrganizationError | null => {
  if (code === null) return null
  const held_by = members(codes, codeKey(code)).find((id) => id !== own)
  return held_by === undefined ? null : errorKinds.CodeAlreadyInUse.make({ kind, code, held_by })
}
