import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema, SchemaGetter } from "effect"
import { isAtMost } from "./isAtMost.ts"
import { isPlainText, text } from "./text.ts"

const itemsMax = 200

/** Items that are looked at, repeated ones included. */
const givenItemsMax = 1_000

/**
 * Up to 200 different texts of up to `maximum` characters; repeated ones are dropped, the first stays.
 *
 * ```ts
 * { tags: textList(50) } // {"tags":["new","new","red"]} is read as ["new", "red"]
 * ```
 */
export const textList = (maximum: number) =>
  CompiledSchemas.withShortcut(
    Schema.Unknown.check(isAtMost(givenItemsMax)).pipe(
      Schema.decodeTo(Schema.Array(text(1, maximum)), {
        decode: SchemaGetter.transform<any, unknown>((value) => value),
        encode: SchemaGetter.transform<unknown, unknown>((value) => value)
      }),
      Schema.decodeTo(Schema.Array(Schema.String).check(Schema.isMaxLength(itemsMax)), {
        decode: SchemaGetter.transform((items: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(items)]),
        encode: SchemaGetter.passthrough()
      })
    ),
    {
      decode: (value) =>
        Array.isArray(value) && value.length <= fewItems &&
          value.every((item, index) => isPlainText(item, 1, maximum) && value.indexOf(item) === index)
          ? [...value]
          : undefined
    }
  )

/** Of so few items each is sooner compared with each than put in a set. */
const fewItems = 8
