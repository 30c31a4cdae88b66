import { hyphenate } from "../fields/uuid.ts"

/** UUIDs as words of 32 bits, first digits first. */

/** Words that one id takes. */
export const idWords = 4

/** Writes a canonical UUID. */
export const packId = (words: Uint32Array, at: number, id: string): void => {
  words[at] = eightDigits(id, 0, 4)
  words[at + 1] = eightDigits(id, 9, 14)
  words[at + 2] = eightDigits(id, 19, 24)
  words[at + 3] = eightDigits(id, 28, 32)
}

/** Reads what {@link packId} wrote. */
export const unpackId = (words: Uint32Array, at: number): string => {
  let hex = ""
  for (let word = at; word < at + idWords; word++) hex += words[word]!.toString(16).padStart(8, "0")
  return hyphenate(hex)
}

const eightDigits = (id: string, first: number, second: number): number =>
  (fourDigits(id, first) << 16 | fourDigits(id, second)) >>> 0

const fourDigits = (id: string, at: number): number =>
  digit(id.charCodeAt(at)) << 12 | digit(id.charCodeAt(at + 1)) << 8 | digit(id.charCodeAt(at + 2)) << 4 |
  digit(id.charCodeAt(at + 3))

/** The letters follow on 0x60, with the value 10 for the first. */
const digit = (code: number): number => code < 0x40 ? code & 15 : code - 0x57 & 15
