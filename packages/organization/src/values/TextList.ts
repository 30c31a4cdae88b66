import { Schema, SchemaGetter } from "effect"
import { text } from "./Text.ts"

const itemsMax = 200

/** Up to 200 different texts of up to `maximum` characters; repeated ones are dropped, the first stays. */
export const textList = (maximum: number) =>
  Schema.Array(text(1, maximum)).pipe(Schema.decodeTo(
    Schema.Array(Schema.String).check(Schema.isMaxLength(itemsMax)),
    {
      decode: SchemaGetter.transform((items: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(items)]),
      encode: SchemaGetter.passthrough()
    }
  ))

/** What a role may do; free strings of 1 to 100 characters. */
export const Permissions = textList(100)

/** What a role answers for; free strings of 1 to 500 characters. */
export const Responsibilities = textList(500)
