import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { AnyDriver } from "./DriverWorld.ts"
import type { Plant } from "./plants.ts"
import type { AnyStep } from "./World.ts"

const source = new URL("../../src/line/", import.meta.url)

/** A machine and its driver. */
export interface Planted {
  readonly step: AnyStep
  readonly LineDriver: AnyDriver
}

/** The machine and its driver with one fault in them, for as long as `use` runs. The sources stay as they are. */
export const withPlanted = async <A>(
  { file, from, name, to }: Plant,
  use: (planted: Planted) => A
): Promise<A> => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "planted-"))
  try {
    for (const each of readdirSync(source)) {
      const text = readFileSync(new URL(each, source), "utf8")
      const places = text.split(from).length - 1
      if (each === file && places !== 1) throw new Error(`${name}: its place is there ${places} times`)
      const faulty = each === file ? text.replace(from, () => to) : text
      writeFileSync(join(folder, each), faulty.replaceAll(`from "../`, `from "${new URL("../", source).href}`))
    }
    const load = (module: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, module)).href)
    const [{ step }, { LineDriver }] = await Promise.all([load("step.ts"), load("LineDriver.ts")])
    return use({ step, LineDriver })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
