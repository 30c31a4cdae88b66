import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Ending } from "./Ending.mjs"
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
    const deadline = performance.now() + deadlineMillis
    let isAnnounced = false
    for (;;) {
      const lock = ProcessLock.acquire(file)
      if ("release" in lock) {
        this.#release = lock.release
        await sweepUnfinishedTools()
        return
      }
      const who = lock.holder === undefined ? "another process" : `process ${lock.holder}`
      if (!isAnnounced) process.stderr.write(`waiting for ${who}, which is installing\n`)
      isAnnounced = true
      if (performance.now() > deadline) {
        throw new ToolchainError(`${who} has been installing for 15 minutes; end it and try again`)
      }
      await delay(200, undefined, { signal: Ending.signal })
    }
  }
}
