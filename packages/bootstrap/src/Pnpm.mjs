import fs from "node:fs"
import path from "node:path"
import { NpmPackage } from "./NpmPackage.mjs"
import { Paths } from "./Paths.mjs"
import { Versions } from "./Versions.mjs"

const folder = path.join(Paths.tools, `pnpm-${Versions.pnpm}`)
const script = path.join(folder, "node_modules", "pnpm", "bin", "pnpm.mjs")

/** The pnpm that wrote the lockfile, whatever other versions the machine has. */
export const Pnpm = {
  /** Run it with the workspace's Node: `<node> <script> …`. */
  script,

  /**
   * @param {import("./Progress.mjs").Progress} progress
   * @param {import("./InstallLock.mjs").InstallLock} lock
   * @returns {Promise<{ detail: string, value: string }>} the path of the script
   */
  ensure: async (progress, lock) => {
    if (!fs.existsSync(script)) await lock.hold()
    if (!fs.existsSync(script)) {
      progress.doing(`installing ${Versions.pnpm}`)
      await NpmPackage.install("pnpm", Versions.pnpm, folder)
    }
    return { detail: `${Versions.pnpm} in ${Paths.display(Paths.tools)}`, value: script }
  }
}
