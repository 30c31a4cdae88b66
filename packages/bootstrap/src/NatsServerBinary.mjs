import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { DebianPackage } from "./DebianPackage.mjs"
import { installTool } from "./installTool.mjs"
import { Paths } from "./Paths.mjs"
import { runCommand } from "./runCommand.mjs"
import { ToolchainError } from "./ToolchainError.mjs"
import { Version } from "./Version.mjs"
import { Versions } from "./Versions.mjs"

const name = "nats-server"
const ours = path.join(Paths.tools, name)
const [newest, ...older] = Versions.natsServerMinimum.toReversed()
const needed = [
  `${newest} or newer`,
  ...older.map((minimum) => `from ${minimum} on ${minimum.split(".").slice(0, 2).join(".")}`)
].join(", or ")

/** The broker's program, new enough for atomic batches and for expectations on a filter of subjects. */
export const NatsServerBinary = {
  /**
   * Looks where a person would have put one, then gets one: `NATS_SERVER`, `PATH`, our own folder, a Nix profile, the
   * Debian package of suite sid, the Go module.
   * @param {import("./Progress.mjs").Progress} progress
   * @param {import("./InstallLock.mjs").InstallLock} lock
   * @returns {Promise<{ detail: string, value: string }>} the path of the binary
   */
  ensure: async (progress, lock) => {
    const chosen = process.env["NATS_SERVER"]
    if (chosen !== undefined && chosen !== "") return fromVariable(chosen)

    const there = await firstAccepted(progress)
    if (there !== undefined) return there
    await lock.hold()
    const installed = await firstAccepted()
    if (installed !== undefined) return installed
    /** @type {Array<string>} */
    const failures = []
    for (const source of [fromDebian, fromGo]) {
      const obstacle = await source(progress)
      if (obstacle === undefined) {
        const file = path.join(ours, name)
        const version = await NatsServerBinary.version(file)
        if (version !== undefined && isAccepted(version)) return found(version, file)
        failures.push(`the one just installed is ${version ?? "not able to run here"}`)
      } else failures.push(obstacle)
    }
    throw new ToolchainError(`no nats-server ${needed} can be had (${failures.join("; ")}); ${instructions()}`)
  },

  /**
   * The version a nats-server answers, `undefined` if it does not run.
   * @param {string} file
   */
  version: async (file) => {
    const { code, output } = await runCommand(file, ["--version"], { deadlineMillis: 20_000 })
    return code === 0 && output.includes(name) ? Version.find(output) : undefined
  },

  /**
   * Takes the package of a Debian suite into a folder of its own, as `<target>/nats-server`.
   * @param {string} suite
   * @param {string} target
   */
  takeFromDebian: (suite, target) =>
    installTool(target, async (folder) => {
      const root = await DebianPackage.unpack({ name, suite, folder })
      fs.renameSync(path.join(root, "usr", "sbin", name), path.join(folder, name))
      fs.rmSync(root, { recursive: true })
    })
}

/** @param {string} version */
const isAccepted = (version) => Version.isAccepted(version, Versions.natsServerMinimum)

/**
 * @param {string} version
 * @param {string} file
 */
const found = (version, file) => ({ detail: `${version}, ${Paths.display(file)}`, value: file })

/** @param {import("./Progress.mjs").Progress} [progress] where to say what was skipped, and why */
const firstAccepted = async (progress) => {
  for (const file of candidates()) {
    const version = await NatsServerBinary.version(file)
    if (version === undefined) progress?.note(`${Paths.display(file)} does not run; skipped`)
    else if (!isAccepted(version)) progress?.note(`${Paths.display(file)} is ${version}, needed is ${needed}; skipped`)
    else return found(version, file)
  }
  return undefined
}

/** @param {string} file */
const fromVariable = async (file) => {
  const absolute = Paths.given(file)
  const version = await NatsServerBinary.version(absolute)
  const advice = "set it to another one, or unset it and one is looked for"
  if (version === undefined) {
    throw new ToolchainError(`NATS_SERVER is ${file}, which is not a nats-server that runs here; ${advice}`)
  }
  if (!isAccepted(version)) {
    throw new ToolchainError(`NATS_SERVER is ${file}, version ${version}; needed is ${needed}; ${advice}`)
  }
  return found(version, absolute)
}

const candidates = () => {
  const user = process.env["USER"] ?? ""
  const folders = [
    ...(process.env["PATH"] ?? "").split(path.delimiter),
    ours,
    path.join(os.homedir(), ".nix-profile", "bin"),
    "/run/current-system/sw/bin",
    `/etc/profiles/per-user/${user}/bin`,
    "/nix/var/nix/profiles/default/bin"
  ]
  const files = folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, name))
  return [...new Set(files)].filter((file) => fs.existsSync(file))
}

/**
 * @param {import("./Progress.mjs").Progress} progress
 * @returns {Promise<string | undefined>} why not
 */
const fromDebian = async (progress) => {
  const obstacle = await DebianPackage.obstacle()
  if (obstacle !== undefined) return obstacle
  progress.doing("taking Debian's package")
  return explained(() => NatsServerBinary.takeFromDebian("sid", ours))
}

/**
 * @param {import("./Progress.mjs").Progress} progress
 * @returns {Promise<string | undefined>} why not
 */
const fromGo = async (progress) => {
  if ((await runCommand("go", ["version"])).code !== 0) return "no Go to build it with"
  progress.doing(`building ${Versions.natsServerModule} with Go`)
  return explained(() =>
    installTool(ours, async (folder) => {
      const module = `github.com/nats-io/nats-server/v2@v${Versions.natsServerModule}`
      // Out of any module, so that no go.mod above has a say.
      const { code, output } = await runCommand("go", ["install", module], {
        cwd: folder,
        env: { ...process.env, GOBIN: folder, GOFLAGS: "", GOWORK: "off" }
      })
      if (code !== 0) throw new ToolchainError(`go install failed: ${output.trim().split("\n").at(-1)}`)
    })
  )
}

/** @param {() => Promise<void>} action */
const explained = async (action) => {
  try {
    await action()
    return undefined
  } catch (error) {
    if (error instanceof ToolchainError) return error.message
    throw error
  }
}

const instructions = () => {
  const then = "or put a binary from the releases of nats-io/nats-server on PATH or in NATS_SERVER"
  if (process.platform === "darwin") {
    return `run \`brew install nats-server\` or \`nix profile install nixpkgs#nats-server\`, ${then}`
  }
  return `run \`nix profile install nixpkgs#nats-server\`, ${then}`
}
