import fs from "node:fs"
import path from "node:path"
import { AptSources } from "./AptSources.mjs"
import { runCommand } from "./runCommand.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const keyRings = ["debian-archive-keyring.gpg", "debian-archive-keyring.pgp"].map((name) =>
  `/usr/share/keyrings/${name}`
)

/**
 * Packages of the Debian archive, taken from the machine's own mirror and verified with its own keys, without installing
 * anything: apt works on folders of ours, so it needs no rights and changes nothing.
 */
export const DebianPackage = {
  /**
   * Why this machine cannot take packages from a Debian archive, or `undefined` if it can.
   * @returns {Promise<string | undefined>}
   */
  obstacle: async () => {
    if (process.platform !== "linux") return "not a Debian machine"
    for (const tool of ["apt-get", "dpkg", "dpkg-deb"]) {
      if ((await runCommand(tool, ["--version"])).code !== 0) return `not a Debian machine (no ${tool})`
    }
    return AptSources.debianArchive(AptSources.read()) === undefined
      ? "no source of the Debian archive under /etc/apt"
      : undefined
  },

  /**
   * Downloads the newest version of a package in a suite and unpacks it to `<folder>/root`.
   * @param {{ name: string, suite: string, folder: string }} options `folder` is emptied of everything else
   * @returns {Promise<string>} the folder of the unpacked files
   */
  unpack: async ({ name, suite, folder }) => {
    const archive = AptSources.debianArchive(AptSources.read())
    if (archive === undefined) throw new ToolchainError("no source of the Debian archive under /etc/apt")
    const apt = path.join(folder, "apt")
    for (const sub of ["state/lists/partial", "cache/archives/partial", "download"]) {
      fs.mkdirSync(path.join(apt, sub), { recursive: true })
    }
    const keyRing = keyRings.find((file) => fs.existsSync(file)) ?? archive.signedBy
    const options = keyRing === undefined ? "" : `[signed-by=${keyRing}] `
    fs.writeFileSync(path.join(apt, "sources.list"), `deb ${options}${archive.uri} ${suite} main\n`)

    const settings = {
      "Dir::State": `${apt}/state`,
      "Dir::State::lists": `${apt}/state/lists`,
      "Dir::State::status": "/dev/null",
      "Dir::Cache": `${apt}/cache`,
      "Dir::Etc::sourcelist": `${apt}/sources.list`,
      "Dir::Etc::sourceparts": "/nonexistent",
      "Dir::Etc::preferences": "/nonexistent",
      "Dir::Etc::preferencesparts": "/nonexistent",
      "Acquire::Languages": "none",
      "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
      "Acquire::Retries": "2",
      "APT::Update::Error-Mode": "any",
      // For root only: the unprivileged account apt would fetch as may not be able to enter our folder.
      "APT::Sandbox::User": "root"
    }
    const set = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`])
    const download = path.join(apt, "download")
    await run("apt-get", [...set, "--quiet", "update"], apt)
    await run("apt-get", [...set, "--quiet", "download", name], download)
    const file = fs.readdirSync(download).find((entry) => entry.endsWith(".deb"))
    if (file === undefined) throw new ToolchainError(`Debian ${suite} has no package ${name} for this machine`)
    const root = path.join(folder, "root")
    await run("dpkg-deb", ["--extract", path.join(download, file), root], apt)
    fs.rmSync(apt, { recursive: true })
    return root
  }
}

/**
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @param {string} cwd
 */
const run = async (command, args, cwd) => {
  const { code, output } = await runCommand(command, args, { cwd, env: { ...process.env, LC_ALL: "C" } })
  if (code === 0) return
  const fault = SystemFault.spokenOf(output)
  if (fault !== undefined) throw new ToolchainError(`${command} failed: ${fault.cause}; ${fault.help}`)
  const reason = output.split("\n").find((line) => /^(E|dpkg-deb):/.test(line)) ?? `exit code ${code}`
  throw new ToolchainError(`${command} failed: ${reason.replace(/^(E|dpkg-deb):\s*/, "")}`)
}
