import { execFile } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Plant } from "./Plant.ts"

/** What became of looking for one planted fault. */
export interface Looked {
  readonly plant: Plant
  /** What the judge said first, `undefined` when it said nothing. */
  readonly found: string | undefined
  readonly histories: number
  /** Of processor time, without the start of the process. */
  readonly seconds: number
  /** Why it could not be looked for. */
  readonly failure: string | undefined
}

const main = fileURLToPath(new URL("../main.ts", import.meta.url))

/** Looks for one planted fault in a process of its own, in so many histories at most. */
export const lookForPlant = (
  plant: Plant,
  { forgetful, histories, seed }: {
    readonly histories: number
    readonly seed: number
    readonly forgetful: boolean
  }
): Promise<Looked> =>
  new Promise((resolve) => {
    const args = [main, "--json", "--plant", plant.name, "--histories", String(histories), "--seed", String(seed)]
    if (forgetful) args.push("--forgetful")
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => {
      try {
        const { histories, seconds, violations } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
        const [first] = violations as ReadonlyArray<{ readonly kind: string; readonly detail: string }>
        const found = first === undefined ? undefined : `${first.kind}: ${first.detail.slice(0, 100)}`
        resolve({ plant, found, histories, seconds, failure: undefined })
      } catch {
        resolve({ plant, found: undefined, histories: 0, seconds: 0, failure: stderr.slice(-500) })
      }
    })
  })
