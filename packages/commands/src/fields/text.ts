import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Effect, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import { normalText } from "./normalText.ts"

const noControlCharacters = Schema.isPattern(/^\P{Cc}*$/u, { expected: "text without control characters" })
const onlyLineBreaksAndTabs = Schema.isPattern(/^[\P{Cc}\n\t]*$/u, {
  expected: "text without control characters other than line feed and tab"
})
const onOneLine = Schema.isPattern(/^[^\p{Cc}\u2028\u2029]*$/u, {
  expected: "text on one line, without control characters"
})
/** At least one character is neither space nor one that nobody sees. That there is any is another rule. */
export const canBeSeen = Schema.isPattern(/^$|[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u, {
  expected: "at least one character that can be seen"
})

const checksOf = {
  any: [noControlCharacters],
  multiline: [onlyLineBreaksAndTabs],
  name: [onOneLine, canBeSeen]
} as const

/**
 * Text as people write it: well-formed Unicode in normal form C, surrounding space removed, `minimum` to `maximum` code
 * points. Control characters are refused: in `multiline` text line feeds and tabs are fine; a `name` stands on one line and
 * can be seen.
 *
 * ```ts
 * { title: text(1, 200, "name") } // {"title":" Emma "} is read as "Emma"
 * ```
 */
export const text = (minimum: number, maximum: number, kind: keyof typeof checksOf = "any") => {
  const [first, ...others] = checksOf[kind]
  const tooLong = expectedLength(minimum, maximum)
  return CompiledSchemas.withShortcut(
    Schema.String.pipe(Schema.decodeTo(
      Schema.String.check(Schema.isBetweenCodePoints(minimum, maximum), first, ...others),
      inNormalForm(maximum, tooLong)
    )),
    {
      decode: (value) => {
        if (isPlainText(value, minimum, maximum)) return value
        return typeof value === "string" && value.length >= minimum && value.length <= maximum && usual.test(value)
          ? value.normalize("NFC")
          : undefined
      }
    }
  )
}

/** What is said of a text that is seen to be too long before its characters are counted. */
export const expectedLength = (minimum: number, maximum: number): string =>
  `Expected a string with between ${minimum} and ${maximum} code points`

/** Reads a text as {@link normalText} does. */
export const inNormalForm = (codePointsMax: number, tooLong: string) => ({
  decode: SchemaGetter.transformEffect<string, string>((raw, options) =>
    Result.match(normalText(raw, codePointsMax, tooLong), {
      onSuccess: Effect.succeed,
      onFailure: (message) => Effect.fail(new SchemaIssue.InvalidValue({ message }, raw, options))
    })
  ),
  encode: SchemaGetter.passthrough<string>()
})

/** Visible characters of common scripts, with blanks between. None has a mark of its own, or gets longer in normal form. */
const seen =
  "!-~\\u00a1-\\u00ac\\u00ae-\\u02ff\\u0391-\\u0481\\u3041-\\u3093\\u30a1-\\u30fa\\u4e00-\\u9fff\\uac00-\\ud7a3"
const usual = new RegExp(`^[${seen}](?:[ ${seen}]*[${seen}])?$`)

/** Whether it is printable ASCII without space around: that is in normal form, and has as many code points as characters. */
export const isPlainText = (value: unknown, minimum: number, maximum: number): value is string =>
  typeof value === "string" && value.length >= minimum && value.length <= maximum && plain.test(value)

const plain = /^[!-~](?:[ -~]*[!-~])?$/

/** What something is called: 1 to 200 characters on one line, one of which can be seen. */
export const Name = text(1, 200, "name")

/** Free text of up to 4000 characters; the empty text is a value, not the absence of one. */
export const Description = text(0, 4000, "multiline")

/** Why something was done: 1 to 1000 characters. */
export const Reason = text(1, 1000, "multiline")

/** Who issued a command: up to 200 characters. */
export const Actor = text(0, 200)

/** What stands for the name of a type that is not in the list: 1 to 100 characters on one line, one of which can be seen. */
export const Label = text(1, 100, "name")
