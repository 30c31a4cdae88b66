import { printable } from "../output/printable.ts"
import { columnsOf } from "./columnsOf.ts"

/** How wide lines are made for terminals. */
export const lineColumns = 80

/**
 * Text as printable lines of at most `columns`, broken between words; a word that is longer stands in a line of its own.
 * There is always a line.
 */
export const wrapWords = (text: string, columns: number): readonly [string, ...ReadonlyArray<string>] => {
  const lines: [string, ...Array<string>] = [""]
  let width = 0
  for (const word of printable(text).split(" ").filter((word) => word !== "")) {
    const more = columnsOf(word)
    const fits = width + 1 + more <= columns
    if (width === 0) lines[lines.length - 1] = word
    else if (fits) lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
    width = width > 0 && fits ? width + 1 + more : more
  }
  return lines
}
