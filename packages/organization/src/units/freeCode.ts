import { codeFrom, codeKey } from "@cim-domain/commands/fields/Code"
import type { Relation } from "./Relation.ts"

/** The first code of `X`, `X-2`, `X-3` … that no live unit of the kind has; `X` follows from what the unit is called. */
export const freeCode = (codes: Relation<string>, name: string): string => {
  const first = codeFrom(name)
  let code = first
  for (let number = 2; codes.has(codeKey(code)); number++) code = `${first}-${number}`
  return code
}
