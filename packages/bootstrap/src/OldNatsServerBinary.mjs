import fs from "node:fs"
import path from "node:path"
import { DebianPackage } from "./DebianPackage.mjs"
import { NatsServerBinary } from "./NatsServerBinary.mjs"
import { Paths } from "./Paths.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const folder = path.join(Paths.tools, "nats-server-old")
const binary = path.join(folder, "nats-server")

/** A broker that is too old, for the test that says what happens then. Nice to have: without it that test is skipped. */
export const OldNatsServerBinary = {
  /**
   * @param {import("./Progress.mjs").Progress} progress
   * @param {import("./InstallLock.mjs").InstallLock} lock
   * @returns {Promise<{ detail: string, value: string | undefined }>} the path of the binary
   */
  ensure: async (progress, lock) => {
    const chosen = process.env["NATS_SERVER_OLD"]
    if (chosen !== undefined && chosen !== "") {
      return { detail: Paths.display(Paths.given(chosen)), value: Paths.given(chosen) }
    }
    if (!fs.existsSync(binary)) {
      const obstacle = await DebianPackage.obstacle()
      if (obstacle !== undefined) return absent(obstacle)
      await lock.hold()
      progress.doing("taking Debian's package")
      // The last release that ignores what we rely on is in trixie; once that suite is archived, bookworm's will do.
      const reason = fs.existsSync(binary) ? undefined : await firstThatWorks(["trixie", "bookworm"])
      if (reason !== undefined) return absent(reason)
    }
    const version = await NatsServerBinary.version(binary)
    return version === undefined
      ? absent("the one installed does not run")
      : { detail: `${version}, ${Paths.display(binary)}`, value: binary }
  }
}

/** @param {string} reason */
const absent = (reason) => ({ detail: `none, its test is skipped: ${reason}`, value: undefined })

/**
 * @param {ReadonlyArray<string>} suites
 * @returns {Promise<string | undefined>} why none could be had
 */
const firstThatWorks = async (suites) => {
  let reason = "no suite has it"
  for (const suite of suites) {
    try {
      await NatsServerBinary.takeFromDebian(suite, folder)
      return undefined
    } catch (error) {
      if (!(error instanceof ToolchainError)) throw error
      reason = error.message
    }
  }
  return reason
}
