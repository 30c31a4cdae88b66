import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { makeFolder } from "./makeFolder.mjs"
import { Paths } from "./Paths.mjs"
import { Pnpm } from "./Pnpm.mjs"
import { runCommand } from "./runCommand.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"
import { Versions } from "./Versions.mjs"

const modules = path.join(Paths.root, "node_modules")
// Inside node_modules, so that whoever deletes that folder deletes the claim that it is complete.
const stamp = path.join(modules, ".complete")
const log = path.join(Paths.build, "install.log")

/** The packages of the workspace, exactly as the lockfile has them. */
export const Dependencies = {
  /** Whether they are installed as the lockfile and the manifests say; looks at nothing but files. */
  areInstalled: () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === fingerprint(),

  /**
   * @param {import("./Progress.mjs").Progress} progress
   * @param {import("./InstallLock.mjs").InstallLock} lock
   * @param {{ node: string, env: NodeJS.ProcessEnv }} runtime
   * @returns {Promise<{ detail: string, value: undefined }>}
   */
  ensure: async (progress, lock, runtime) => {
    const done = { detail: "as in pnpm-lock.yaml", value: undefined }
    if (Dependencies.areInstalled()) return done
    await lock.hold()
    if (Dependencies.areInstalled()) return done
    // From here on they are of two lockfiles until all of them are there: neither must find its stamp.
    fs.rmSync(stamp, { force: true })
    progress.doing("installing")
    const result = await runCommand(
      runtime.node,
      [Pnpm.script, "install", "--frozen-lockfile", "--prefer-offline", "--config.confirmModulesPurge=false"],
      { cwd: Paths.root, env: runtime.env }
    )
    if (result.code !== 0) {
      const fault = SystemFault.spokenOf(result.output)
      if (fault !== undefined) {
        throw new ToolchainError(
          `the dependencies could not be installed: ${fault.cause}; ${fault.help}, and try again`
        )
      }
      makeFolder(Paths.build)
      fs.writeFileSync(log, result.output)
      const reason = /ERR_PNPM_\w+/.exec(result.output)?.[0] ?? `exit code ${result.code}`
      const advice = reason === "ERR_PNPM_OUTDATED_LOCKFILE"
        ? `pnpm-lock.yaml does not match a package.json: run \`npx pnpm@${Versions.pnpm} install\``
        : "check the network and try again"
      throw new ToolchainError(
        `the dependencies could not be installed (${reason}); ${advice}; all of pnpm's words are in ${
          Paths.display(log)
        }`
      )
    }
    fs.writeFileSync(stamp, fingerprint())
    return done
  }
}

const fingerprint = () => {
  const hash = createHash("sha256").update(`${Versions.pnpm} ${process.platform}-${process.arch}`)
  const packages = path.join(Paths.root, "packages")
  const manifests = fs.readdirSync(packages).toSorted().map((name) => path.join(packages, name, "package.json"))
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"]) {
    hash.update(fs.readFileSync(path.join(Paths.root, file)))
  }
  for (const manifest of manifests) {
    if (fs.existsSync(manifest)) hash.update(manifest.slice(packages.length)).update(fs.readFileSync(manifest))
  }
  return `${hash.digest("hex")}\n`
}
