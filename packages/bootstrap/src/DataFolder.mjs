import fs from "node:fs"
import path from "node:path"
import { Leftovers } from "./Leftovers.mjs"
import { makeFolder } from "./makeFolder.mjs"
import { Paths } from "./Paths.mjs"
import { ProcessLock } from "./ProcessLock.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/** Less room than this is a full disk: a broker would start, and take nothing. */
const leastFreeBytes = 4 * 1_048_576
/** What the operating system takes, less what the broker's own files need below the folder. */
const longestPathBytes = (process.platform === "darwin" ? 1_024 : 4_096) - 300
/** What a killed run left behind ends by itself: it is asked at once and killed after ten seconds. */
const leftoversDeadlineMillis = 20_000

/** The folder where a development run keeps events, snapshots and logs. */
export const DataFolder = {
  /**
   * Takes it for this process; refuses one that cannot be used, or that somebody uses.
   * @param {string} data
   * @returns {Promise<{ release: () => void }>}
   */
  claim: async (data) => {
    const length = Buffer.byteLength(data)
    if (length > longestPathBytes) {
      throw new ToolchainError(
        `the path of the data folder has ${length} bytes; accepted are ${longestPathBytes}; ${instead}`
      )
    }
    const lock = await explained(data, () => hold(data))
    try {
      const broker = await explained(data, () => Leftovers.broker(data))
      if (broker === undefined) return lock
      throw new ToolchainError(
        `${Paths.display(data)} is in use by a broker, process ${broker}; stop it, or ${instead}`
      )
    } catch (error) {
      lock.release()
      throw error
    }
  }
}

const instead = "choose another folder with `npm start -- --data DIR`"

/**
 * @template A
 * @param {string} data
 * @param {() => Promise<A>} action
 * @returns {Promise<A>}
 */
const explained = async (data, action) => {
  try {
    return await action()
  } catch (error) {
    const fault = SystemFault.of(error)
    if (fault === undefined) throw error
    const where = fault.path === undefined || fault.path.startsWith(`${data}${path.sep}lock`) ? data : fault.path
    throw new ToolchainError(
      `${Paths.display(data)} cannot keep the data: ${
        where === data ? "" : `${Paths.display(where)}: `
      }${fault.cause}; ${fault.help}, or ${instead}`
    )
  }
}

/** @param {string} data */
const hold = async (data) => {
  makeFolder(data)
  // The lock's folder can be made on a disk that is full for all else.
  const { bavail, bsize } = fs.statfsSync(data)
  if (bavail * bsize < leastFreeBytes) {
    throw new ToolchainError(
      `the disk of ${Paths.display(data)} is full: ${
        (bavail * bsize / 1_048_576).toFixed(1)
      } MiB are free, needed are ${leastFreeBytes / 1_048_576}; make room there, or ${instead}`
    )
  }
  return ProcessLock.acquireInTurn(path.join(data, "lock"), {
    deadlineMillis: leftoversDeadlineMillis,
    announce: () => void process.stderr.write("waiting for the end of what a killed run left behind\n"),
    check: async ({ holder, isOrphaned }, isLate) => {
      // Where only children are left, they are about to end.
      if (!isOrphaned) {
        throw new ToolchainError(
          `${Paths.display(data)} is in use by process ${
            holder ?? "(unknown)"
          }; use that one, stop it, or choose other data and another port with \`npm start -- --data DIR --port N\``
        )
      }
      if (!isLate) return
      const pids = await Leftovers.find(data)
      const remedy = pids.length === 0 ? "end that" : `end that with \`kill ${pids.join(" ")}\``
      throw new ToolchainError(
        `${Paths.display(data)} is still in use by what a killed run left behind; ${remedy} and try again`
      )
    }
  })
}
