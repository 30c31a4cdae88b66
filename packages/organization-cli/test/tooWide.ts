import { columnsOf } from "../src/tree/columnsOf.ts"

/** The lines that are wider than a terminal though they could have been broken between words. */
export const tooWide = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.filter((line) => columnsOf(line) > 80 && line.replace(/^[│├└ ]*/, "").includes(" "))
