import { Schema } from "effect"
import { defaulted } from "./nullable.ts"

/** Fields that may be named to be emptied, each of them again and again included. */
const namesMax = 100

/**
 * The field of an update that names the optional fields to empty.
 *
 * ```ts
 * Command.make({ note: nullable(Description), clear: clearable(["note"]) }, { checks: [noFieldBothSetAndCleared] })
 * ```
 */
export const clearable = <const Names extends ReadonlyArray<string>>(names: Names) =>
  defaulted(Schema.Array(Schema.Literals(names)), [], namesMax)

/** Refuses a field that is both given a value and named in `clear`. */
export const noFieldBothSetAndCleared = Schema.makeFilter(
  (update: { readonly clear: ReadonlyArray<string> }) =>
    update.clear
      .filter((name) => name in update && update[name as keyof typeof update] !== null)
      .map((name) => ({ path: [name], issue: "Expected either a value or a place in `clear`, not both" }))
)
