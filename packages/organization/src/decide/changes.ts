import { isSameJson } from "@cim-domain/commands/fields/isSameJson"

/** What an update wants to change, as an event records it. */
export interface Changes {
  readonly cleared: ReadonlyArray<string>
}

/** The wanted value when it is another one, else `null`. */
export const ifDifferent = <A>(current: unknown, wanted: A | null): A | null =>
  isSameJson(current, wanted) ? null : wanted

/** Those of the optional fields of a record that the command empties and that are not empty yet. */
export const clearedFields = <Field extends string>(
  record: { readonly [Name in Field]: unknown },
  optional: ReadonlyArray<Field>,
  clear: ReadonlyArray<string>
): ReadonlyArray<Field> => optional.filter((field) => clear.includes(field) && record[field] !== null)

/** The names of the fields that change. */
export const changedFields = (changes: Changes): ReadonlyArray<string> => {
  const names = Object.keys(changes).filter((field) => field !== "cleared" && changes[field as keyof Changes] !== null)
  return changes.cleared.length === 0 ? names : [...names, ...changes.cleared]
}
