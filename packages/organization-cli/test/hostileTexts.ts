import { listOf, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { Arbitrary } from "effect"

/** What recorded texts may hold at worst, in pieces. */
const pieces = [
  "Acme",
  " ",
  "\n✗ forged",
  "\r",
  "\t",
  "\0",
  "\u001B[31m",
  "\u001B]0;title\u0007",
  "\u007F",
  "\u009B2J",
  "\u0085",
  "\u2028",
  "\u2029",
  "\u200E",
  "\u200F",
  "\u061C",
  "\u202Etxt.exe",
  "\u202A",
  "\u2066",
  "\u2069",
  "\uFEFF",
  "\uD83D",
  "\u{E0041}",
  "株式会社",
  "👩‍👩‍👧"
]

/** A text out of hostile pieces. */
export const hostileText: Arbitrary.Arbitrary<string> = Arbitrary.map(
  listOf(upTo(pieces.length - 1), 6),
  (indices) => indices.map((index) => pieces[index]).join("")
)

/** What no terminal should get, said by code point rather than by the code that is tested. */
export const isHostile = (text: string): boolean =>
  Array.from(text).some((character) => {
    const code = character.codePointAt(0)!
    return code < 0x20 || code >= 0x7f && code < 0xa0 || code === 0x61c || code === 0x200e || code === 0x200f ||
      code >= 0x2028 && code <= 0x202e || code >= 0x2066 && code <= 0x2069 || code === 0xfeff ||
      code >= 0xd800 && code <= 0xdfff || code >= 0xe0000 && code <= 0xe007f
  })
