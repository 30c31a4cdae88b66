import { isSameJson } from "@cim-domain/commands/fields/isSameJson"
import type { Schema } from "effect"

/** The fields of the changes that an event records; `cleared` holds the names of those that become empty. */
type ChangesFields = Schema.Struct.Fields & {
  readonly cleared: { readonly Type: ReadonlyArray<string>; readonly to: Clearable<string> }
}
type Clearable<Name extends string> = Schema.$Array<Schema.Literals<ReadonlyArray<Name>>>
type Changed<Fields> = Exclude<keyof Fields, "cleared">

/** The wanted value when it is another one, else `null`. */
export const ifDifferent = <A>(current: unknown, wanted: A | null): A | null =>
  isSameJson(current, wanted) ? null : wanted

/** What an update changes of a record, as its event records it: `null` where nothing differs. */
export const changesOf = <Fields extends ChangesFields>(
  event: { readonly fields: { readonly changes: Schema.Struct<Fields> } },
  record: { readonly [Field in Changed<Fields>]: unknown },
  command: { readonly [Field in Changed<Fields>]: Fields[Field]["Type"] } & { readonly clear: ReadonlyArray<string> }
): Schema.Struct<Fields>["Type"] => {
  const { fields } = event.fields.changes
  const changes: { [field: string]: unknown } = {}
  for (const field in fields) {
    changes[field] = field === "cleared"
      ? fields.cleared.to.value.literals.filter((name) =>
        command.clear.includes(name) && record[name as never] !== null
      )
      : ifDifferent(record[field as never], command[field as never])
  }
  return changes as Schema.Struct<Fields>["Type"]
}

/** The names of the fields that change. */
export const changedFields = (changes: { readonly cleared: ReadonlyArray<string> }): ReadonlyArray<string> => {
  const names = Object.keys(changes).filter((field) =>
    field !== "cleared" && changes[field as keyof typeof changes] !== null
  )
  return changes.cleared.length === 0 ? names : [...names, ...changes.cleared]
}
