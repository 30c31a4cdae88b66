import { installTool } from "./installTool.mjs"
import { Paths } from "./Paths.mjs"
import { runCommand } from "./runCommand.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/** Packages that come before pnpm is there: taken with the npm that every Node brings. */
export const NpmPackage = {
  /**
   * Installs one package, without its scripts, into a folder of its own; it is then at `<target>/node_modules/<name>`.
   * @param {string} name
   * @param {string} version
   * @param {string} target
   * @param {(folder: string) => Promise<void>} [check] fails when what was installed there is not good
   */
  install: async (name, version, target, check) => {
    const args = [
      "install",
      `${name}@${version}`,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--no-update-notifier",
      "--loglevel=error"
    ]
    await installTool(target, async (folder) => {
      const { code, output } = await runCommand("npm", [...args, "--prefix", folder], { cwd: Paths.root })
      if (code === 0) return check?.(folder)
      const fault = SystemFault.spokenOf(output)
      if (fault !== undefined) {
        throw new ToolchainError(
          `${name} ${version} could not be installed with npm: ${fault.cause}; ${fault.help} (in ${
            Paths.display(Paths.tools)
          } and in npm's cache), and try again`
        )
      }
      const reason = /code (E\w+)/.exec(output)?.[1] ?? output.trim().split("\n").at(-1) ?? `exit code ${code}`
      throw new ToolchainError(
        `${name} ${version} could not be installed with npm (${reason}); check the network and \`npm ping\`, then try again`
      )
    })
  }
}
