import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { AnyDriver } from "./DriverWorld.ts"
import type { Plant } from "./plants.ts"
import type { AnyMakeLinePorts } from "./PortsUnderTest.ts"
import type { AnyStep } from "./World.ts"

const source = new URL("../../src/line/", import.meta.url)
const sources = [
  ...readdirSync(source).map((file) => new URL(file, source)),
  new URL("../handler/linePorts.ts", source)
]

/** A machine, its driver, and the ports of that. */
export interface Planted {
  readonly step: AnyStep
  readonly LineDriver: AnyDriver
  readonly makeLinePorts: AnyMakeLinePorts
}

/** The machine, its driver and the ports with one fault in them, for as long as `use` runs. The sources stay as they are. */
export const withPlanted = async <A>(
  { file, from, name, to }: Plant,
  use: (planted: Planted) => A
): Promise<A> => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "planted-"))
  try {
    // What is imported by the name of its package is looked for from there.
    symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"))
    for (const path of sources) {
      const each = basename(path.pathname)
      const text = readFileSync(path, "utf8")
      const places = text.split(from).length - 1
      if (each === file && places !== 1) throw new Error(`${name}: its place is there ${places} times`)
      const faulty = each === file ? text.replace(from, () => to) : text
      writeFileSync(join(folder, each), faulty.replaceAll(`from "../`, `from "${new URL("../", source).href}`))
    }
    const load = (module: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, module)).href)
    const [{ step }, { LineDriver }, { makeLinePorts }] = await Promise.all(
      ["step.ts", "LineDriver.ts", "linePorts.ts"].map(load)
    )
    return use({ step, LineDriver, makeLinePorts })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
