import path from "node:path"
import { sweepUnfinishedTools } from "./installTool.mjs"
import { Paths } from "./Paths.mjs"
import { ProcessLock } from "./ProcessLock.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const file = path.join(Paths.tools, "lock")
const deadlineMillis = 15 * 60_000

/**
 * Two runs at once install one after the other. Whoever finds that something is missing takes the lock, then looks
 * again. Where nothing is missing nothing is locked, so that a complete checkout may be read-only.
 */
export class InstallLock {
  /** @type {(() => void) | undefined} */
  #release

  /**
   * Keeps what was taken until the action has ended.
   * @template A
   * @param {(lock: InstallLock) => Promise<A>} action
   * @returns {Promise<A>}
   */
  static async during(action) {
    const lock = new InstallLock()
    try {
      return await action(lock)
    } finally {
      lock.#release?.()
    }
  }

  /** Waits until nobody else installs. */
  async hold() {
    if (this.#release !== undefined) return
    const { release } = await ProcessLock.acquireInTurn(file, {
      deadlineMillis,
      announce: (holder) => void process.stderr.write(`waiting for ${nameOf(holder)}, which is installing\n`),
      check: async (holder, isLate) => {
        if (!isLate) return
        throw new ToolchainError(`${nameOf(holder)} has been installing for 15 minutes; end it and try again`)
      }
    })
    this.#release = release
    await sweepUnfinishedTools()
  }
}

/** @param {import("./ProcessLock.mjs").Holder} lock */
const nameOf = ({ holder }) => holder === undefined ? "another process" : `process ${holder}`
