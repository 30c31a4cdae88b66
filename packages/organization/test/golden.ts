import { readFileSync } from "node:fs"

/** The lines of a file of golden JSON. */
export const golden = (name: string): ReadonlyArray<string> =>
  readFileSync(new URL(`./golden/${name}.jsonl`, import.meta.url), "utf8").trim().split("\n")

/** The organization of the golden commands and events. */
export const acme = "0198c0de-0000-7000-8000-000000000001"
