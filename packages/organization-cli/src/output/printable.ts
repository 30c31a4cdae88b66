/**
 * What could make a terminal show anything: control characters, separators of lines, halves of surrogate pairs, what changes
 * the direction of writing, and what nobody sees. Joiners stay: scripts and emoji need them.
 */
const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]+/gu

/** What nearly every text is. */
const plain = /^[ -~]*$/

/** A text as one line for a terminal, with a space for what a terminal should not get; history may hold what commands may not. */
export const printable = (text: string): string => plain.test(text) ? text : text.replaceAll(unprintable, " ")

/** The same for a text of several lines. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n")

const escaped = (part: string): string =>
  Array.from(
    { length: part.length },
    (_, index) => `\\u${part.charCodeAt(index).toString(16).padStart(4, "0")}`
  ).join("")

/** JSON that says the same and holds nothing unprintable, but for the line feeds between its tokens. */
export const printableJson = (json: string): string =>
  json.split("\n").map((line) => line.replaceAll(unprintable, escaped)).join("\n")
