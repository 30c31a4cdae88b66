import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Schema } from "effect"
import { canBeSeen, expectedLength, inNormalForm } from "./text.ts"

const codePointsMax = 64

/** A code that follows from a name leaves room for a number behind it. */
const derivedMax = 56

/**
 * Letters, digits, marks, punctuation and symbols of any script, those of private use and of a newer Unicode included. Of
 * characters that format others only those that can be seen, and the two joiners, which some scripts cannot do without.
 */
const character = "(?:[^\\p{Z}\\p{C}]|[\\u200c\\u200d]|(?!\\p{Default_Ignorable_Code_Point})[\\p{Cf}\\p{Co}\\p{Cn}])"

/** That there is any character is another rule. */
const singlySpaced = Schema.isPattern(new RegExp(`^$|^${character}+(?:\\p{Zs}${character}+)*$`, "u"), {
  expected: "letters, digits, marks, punctuation and symbols of any script, with single spaces between"
})

const plain = /^[!-~]+(?: [!-~]+)*$/

/**
 * A short text of the organization's own making, for example `ENG-1`, `R&D` or `문화-01`: 1 to 64 letters, digits, marks,
 * punctuation and symbols of any script, with single spaces between, one of which can be seen. It is kept as given; which codes
 * are the same says {@link codeKey}.
 */
export const Code = CompiledSchemas.withShortcut(
  Schema.String.pipe(Schema.decodeTo(
    Schema.String.check(Schema.isBetweenCodePoints(1, codePointsMax), singlySpaced, canBeSeen),
    inNormalForm(codePointsMax, expectedLength(1, codePointsMax))
  )),
  {
    decode: (value) =>
      typeof value === "string" && value.length <= codePointsMax && plain.test(value) ? value : undefined
  }
)

/** UTF-16 code units that any spelling of a {@link Code} may take: what is longer is none, and not looked at character by character. */
const keyedMax = 4 * codePointsMax

/** What two codes have in common that are the same: they may differ in case, width and normal form. Takes whatever history holds. */
export const codeKey = (code: string): string => {
  if (ascii.test(code) || code.length > keyedMax) return code.toLowerCase()
  return code.normalize("NFKC").toLowerCase().normalize("NFC")
}

const ascii = /^[ -~]*$/

const unseen = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu
const aroundIt = /^[\s\u200c\u200d]+|\s+$/g

/**
 * The code of what has a name and none: the name with `-` for white space, up to 56 characters, without those that nobody sees. The
 * name is one that a command may hold.
 */
export const codeFrom = (name: string): string => {
  const seen = name.replaceAll(unseen, "").replaceAll(aroundIt, "").replaceAll(/\p{White_Space}+/gu, "-")
  return Array.from(seen.normalize("NFC")).slice(0, derivedMax).join("")
}
