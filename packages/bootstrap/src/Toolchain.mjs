import fs from "node:fs"
import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Dependencies } from "./Dependencies.mjs"
import { sweepUnfinishedTools } from "./installTool.mjs"
import { NatsServerBinary } from "./NatsServerBinary.mjs"
import { NodeRuntime } from "./NodeRuntime.mjs"
import { OldNatsServerBinary } from "./OldNatsServerBinary.mjs"
import { Paths } from "./Paths.mjs"
import { Pnpm } from "./Pnpm.mjs"
import { ProcessLock } from "./ProcessLock.mjs"
import { Progress } from "./Progress.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/**
 * @typedef {object} Runtime
 * @property {string} node a Node that runs TypeScript files
 * @property {NodeJS.ProcessEnv} env the environment with that Node first on `PATH`
 */

/**
 * @typedef {Runtime & { natsServer: string, natsServerOld: string | undefined }} Tools
 */

const lockFile = path.join(Paths.tools, "lock")
const lockDeadlineMillis = 15 * 60_000

/** Everything the workspace needs to run, installed if it is missing. */
export const Toolchain = {
  /**
   * What the TypeScript programs of the workspace need. Says nothing when it is all there.
   * @returns {Promise<Runtime>}
   */
  ensureRuntime: async () => {
    const isComplete = Dependencies.areInstalled()
    const progress = new Progress(isComplete ? () => {} : (text) => void process.stderr.write(text))
    return exclusively(() => runtime(progress))
  },

  /**
   * What starting the service and testing it needs, with one line a step.
   * @param {{ withOldNatsServer: boolean }} options the old broker is wanted by a test only
   * @returns {Promise<Tools>}
   */
  ensure: async ({ withOldNatsServer }) => {
    const progress = new Progress()
    return exclusively(async () => {
      const { node, env } = await runtime(progress)
      const natsServer = await progress.step("nats-server", () => NatsServerBinary.ensure(progress))
      const natsServerOld = withOldNatsServer
        ? await progress.step("old broker", () => OldNatsServerBinary.ensure(progress))
        : undefined
      return { node, env, natsServer, natsServerOld }
    })
  }
}

/**
 * @param {Progress} progress
 * @returns {Promise<Runtime>}
 */
const runtime = async (progress) => {
  const node = await progress.step("node", () => NodeRuntime.ensure(progress))
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}` }
  if (!Dependencies.areInstalled()) await progress.step("pnpm", () => Pnpm.ensure(progress))
  await progress.step("dependencies", () => Dependencies.ensure(progress, { node, env }))
  return { node, env }
}

/**
 * Two runs at once install one after the other.
 * @template A
 * @param {() => Promise<A>} action
 * @returns {Promise<A>}
 */
const exclusively = async (action) => {
  fs.mkdirSync(Paths.tools, { recursive: true })
  const deadline = performance.now() + lockDeadlineMillis
  let isAnnounced = false
  for (;;) {
    const lock = ProcessLock.acquire(lockFile)
    if ("release" in lock) {
      try {
        await sweepUnfinishedTools()
        return await action()
      } finally {
        lock.release()
      }
    }
    if (!isAnnounced) process.stderr.write(`waiting for process ${lock.holder}, which is installing\n`)
    isAnnounced = true
    if (performance.now() > deadline) {
      throw new ToolchainError(
        `process ${lock.holder} has been installing for 15 minutes; end it, or remove ${
          Paths.display(lockFile)
        } if it does something else`
      )
    }
    await delay(200)
  }
}
