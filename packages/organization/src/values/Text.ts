import { quickCodec } from "@cim-domain/event-sourcing/quickCodec"
import { Schema, SchemaGetter } from "effect"

const noControlCharacters = Schema.isPattern(/^\P{Cc}*$/u, { expected: "text without control characters" })
const onlyLineBreaksAndTabs = Schema.isPattern(/^[\P{Cc}\n\t]*$/u, {
  expected: "text without control characters other than line feed and tab"
})

/**
 * Text as people write it: surrounding space removed, Unicode normal form C, `minimum` to `maximum` code points, no
 * control characters (with `multiline` line feeds and tabs are fine).
 */
export const text = (minimum: number, maximum: number, options?: { readonly multiline: boolean }) =>
  quickCodec.withShortcut(
    Schema.String.pipe(Schema.decodeTo(
      Schema.String.check(
        Schema.isBetweenCodePoints(minimum, maximum),
        options?.multiline === true ? onlyLineBreaksAndTabs : noControlCharacters
      ),
      {
        decode: SchemaGetter.transform((raw: string) => raw.normalize("NFC").trim()),
        encode: SchemaGetter.passthrough()
      }
    )),
    { decode: (value) => isPlainText(value, minimum, maximum) ? value : undefined }
  )

/** Whether it is printable ASCII without space around: that is in normal form, and has as many code points as characters. */
export const isPlainText = (value: unknown, minimum: number, maximum: number): value is string =>
  typeof value === "string" && value.length >= minimum && value.length <= maximum && plain.test(value)

const plain = /^[!-~](?:[ -~]*[!-~])?$/

/** What something is called: 1 to 200 characters. */
export const Name = text(1, 200)

const code = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,31}$/

/** A short text of the organization's own making, for example `ENG-1`: 1 to 32 characters, case is kept. */
export const Code = quickCodec.withShortcut(
  Schema.String.pipe(Schema.decodeTo(
    Schema.String.check(Schema.isPattern(code, {
      expected: "1 to 32 letters, digits, dots, underscores, slashes or hyphens, beginning with a letter or digit"
    })),
    {
      decode: SchemaGetter.transform((raw: string) => raw.normalize("NFC").trim()),
      encode: SchemaGetter.passthrough()
    }
  )),
  { decode: (value) => typeof value === "string" && code.test(value) ? value : undefined }
)

/** Free text of up to 4000 characters; the empty text is a value, not the absence of one. */
export const Description = text(0, 4000, { multiline: true })

/** Why something was done: 1 to 1000 characters. */
export const Reason = text(1, 1000, { multiline: true })

/** Who issued a command: up to 200 characters. */
export const Actor = text(0, 200)

/** What stands for the name of a type that is not in the list: 1 to 100 characters. */
export const Label = text(1, 100)
