import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema, SchemaGetter } from "effect"
import { isAtMost } from "./isAtMost.ts"

/** Items that are looked at, repeated ones included. */
const givenItemsMax = 100

/**
 * Up to `maximum` different ids; repeated ones are dropped, the first stays.
 *
 * ```ts
 * { reviewers: idList(entityId(PersonId), 5) } // {"reviewers":["0198c0de-…"]} is read as one id
 * ```
 */
export const idList = <S extends Schema.Codec<string, unknown>>(id: S, maximum: number) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.check(isAtMost(givenItemsMax)).pipe(
      Schema.decodeTo(Schema.Array(id), {
        decode: SchemaGetter.transform<any, unknown>((value) => value),
        encode: SchemaGetter.transform<unknown, unknown>((value) => value)
      }),
      Schema.decodeTo(Schema.Array(Schema.toType(id)).check(Schema.isMaxLength(maximum)), {
        decode: SchemaGetter.transform((ids: ReadonlyArray<S["Type"]>): ReadonlyArray<S["Type"]> => [...new Set(ids)]),
        encode: SchemaGetter.passthrough()
      })
    ),
    { decode: (value) => Array.isArray(value) && value.length === 0 ? [] : undefined }
  )
