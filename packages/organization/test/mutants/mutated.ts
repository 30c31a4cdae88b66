import { readFileSync } from "node:fs"
import type { Mutant } from "./Mutant.ts"

/** The text of a mutant's file with its fault; throws unless the place is there exactly once. */
export const mutated = (src: URL, { file, find, replace, why }: Mutant): string => {
  const text = readFileSync(new URL(file, src), "utf8")
  const places = text.split(find).length - 1
  if (places !== 1) throw new Error(`${file}: ${places} places for "${why}" instead of one`)
  return text.replace(find, () => replace)
}
