import fs from "node:fs/promises"
import path from "node:path"
import { makeFolder } from "./makeFolder.mjs"
import { Paths } from "./Paths.mjs"

/**
 * Makes a tool's folder whole or not at all: `build` fills a temporary folder, which then takes its place. What an
 * interrupted run left is swept by the next one (`sweepUnfinishedTools`).
 * @param {string} target
 * @param {(folder: string) => Promise<void>} build
 */
export const installTool = async (target, build) => {
  makeFolder(unfinished)
  const folder = await fs.mkdtemp(path.join(unfinished, `${path.basename(target)}-`))
  try {
    await fs.chmod(folder, 0o755)
    await build(folder)
    await fs.rm(target, { recursive: true, force: true })
    await fs.rename(folder, target)
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

/** Removes what interrupted runs left. Only for the holder of the toolchain's lock. */
export const sweepUnfinishedTools = () => fs.rm(unfinished, { recursive: true, force: true })

const unfinished = path.join(Paths.tools, "unfinished")
