import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { Schema, SchemaGetter } from "effect"
import { isPlainText, text } from "./Text.ts"

const itemsMax = 200

/** Up to 200 different texts of up to `maximum` characters; repeated ones are dropped, the first stays. */
export const textList = (maximum: number) =>
  quickCodec.withShortcut(
    Schema.Array(text(1, maximum)).pipe(Schema.decodeTo(
      Schema.Array(Schema.String).check(Schema.isMaxLength(itemsMax)),
      {
        decode: SchemaGetter.transform((items: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(items)]),
        encode: SchemaGetter.passthrough()
      }
    )),
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

/** What a role may do; free strings of 1 to 100 characters. */
export const Permissions = textList(100)

/** What a role answers for; free strings of 1 to 500 characters. */
export const Responsibilities = textList(500)
