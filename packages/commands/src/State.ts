import { Result, Schema } from "effect"

/** A state as it is stored: the fields of its schema. */
export type Stored = { readonly [field: string]: unknown }

/** How the state of a domain is stored in snapshots. */
export interface StateDefinition<State> {
  readonly _tag: "StateDefinition"
  /** The fields of the stored form. */
  readonly schema: Schema.Struct<Schema.Struct.Fields>
  /** The stored form of a state. */
  readonly of: (state: State) => Stored
  /** The state of a stored form, or why there is none, in words. */
  readonly read: (stored: Stored) => Result.Result<State, string>
}

/**
 * Defines a state that is stored as something else than it is: with maps that are lists in a snapshot, or with values that
 * follow from others. A state that is stored as it is needs its schema alone.
 *
 * ```ts
 * State.make(Schema.Struct({ tags: Schema.Array(Schema.String) }), {
 *   of: ({ tags }) => ({ tags: [...tags].toSorted() }),
 *   read: ({ tags }) => Result.succeed({ tags: new Set(tags) })
 * })
 * ```
 */
export const make = <State, const Fields extends Schema.Struct.Fields>(
  schema: Schema.Struct<Fields>,
  { of, read }: {
    readonly of: (state: State) => Schema.Struct<Fields>["Type"]
    readonly read: (stored: Schema.Struct<Fields>["Type"]) => Result.Result<State, string>
  }
): StateDefinition<State> => ({
  _tag: "StateDefinition",
  schema,
  of,
  read: read as unknown as StateDefinition<State>["read"]
})

/** The definition of a state that is stored as it is. */
export const asItIs = <Fields extends Schema.Struct.Fields>(
  schema: Schema.Struct<Fields>
): StateDefinition<Schema.Struct<Fields>["Type"]> => {
  const names = Object.keys(schema.fields)
  return make<Schema.Struct<Fields>["Type"], Fields>(schema, {
    // A field that need not be there is not there as `undefined` either.
    of: (state) =>
      Object.fromEntries(
        names.filter((name) => name in state).map((name) => [name, (state as Stored)[name]])
      ) as Schema.Struct<Fields>["Type"],
    read: Result.succeed
  })
}
