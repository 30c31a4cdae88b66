import fs from "node:fs"
import path from "node:path"
import { NpmPackage } from "./NpmPackage.mjs"
import { Paths } from "./Paths.mjs"
import { runCommand } from "./runCommand.mjs"
import { ToolchainError } from "./ToolchainError.mjs"
import { Version } from "./Version.mjs"
import { Versions } from "./Versions.mjs"

/** A Node that runs TypeScript files directly: the running one where it is new enough, else one of our own. */
export const NodeRuntime = {
  /**
   * @param {import("./Progress.mjs").Progress} progress
   * @param {import("./InstallLock.mjs").InstallLock} lock
   * @returns {Promise<{ detail: string, value: string }>} the path of the binary
   */
  ensure: async (progress, lock) => {
    const running = process.versions.node
    if (Version.compare(running, Versions.nodeMinimum) >= 0) {
      return { detail: `${running}, the one that runs this`, value: process.execPath }
    }
    const platform = `${process.platform}-${process.arch}`
    const carrier = Versions.nodePackages[platform]
    const advice = `install Node ${Versions.nodeMinimum} or later and run again`
    if (carrier === undefined) throw new ToolchainError(`no Node is packaged for ${platform}: ${advice}`)

    const folder = path.join(Paths.tools, `node-${carrier.version}-${platform}`)
    const binary = path.join(folder, "node_modules", carrier.name, "bin", "node")
    if (!fs.existsSync(binary)) await lock.hold()
    if (!fs.existsSync(binary)) {
      progress.doing(`${running} is older than ${Versions.nodeMinimum}, installing ${carrier.version}`)
      // Before it takes its place: what stands there is believed.
      await NpmPackage.install(carrier.name, carrier.version, folder, async (unfinished) => {
        const installed = path.join(unfinished, path.relative(folder, binary))
        const { code, output } = await runCommand(installed, ["--version"], { deadlineMillis: 20_000 })
        if (code === 0) return
        throw new ToolchainError(
          `Node ${carrier.version} does not run here (${output.trim().split("\n")[0]}): ${advice}`
        )
      })
    }
    return { detail: `${carrier.version} in ${Paths.display(Paths.tools)}`, value: binary }
  }
}
