import fs from "node:fs"
import path from "node:path"
import { Dependencies } from "./Dependencies.mjs"
import { InstallLock } from "./InstallLock.mjs"
import { NatsServerBinary } from "./NatsServerBinary.mjs"
import { NodeRuntime } from "./NodeRuntime.mjs"
import { OldNatsServerBinary } from "./OldNatsServerBinary.mjs"
import { Pnpm } from "./Pnpm.mjs"
import { Progress } from "./Progress.mjs"

/**
 * @typedef {object} Runtime
 * @property {string} node a Node that runs TypeScript files
 * @property {NodeJS.ProcessEnv} env the environment with that Node first on `PATH`
 */

/**
 * @typedef {Runtime & { natsServer: string, natsServerOld: string | undefined }} Tools
 */

/** Everything the workspace needs to run, installed if it is missing. */
export const Toolchain = {
  /**
   * What the TypeScript programs of the workspace need. Says nothing when it is all there.
   * @returns {Promise<Runtime>}
   */
  ensureRuntime: async () => {
    const isComplete = Dependencies.areInstalled()
    const progress = new Progress(isComplete ? () => {} : (text) => void process.stderr.write(text))
    return InstallLock.during((lock) => runtime(progress, lock))
  },

  /**
   * The script of the workspace's pnpm, for who packs packages. Says nothing when it is there.
   * @returns {Promise<string>}
   */
  ensurePnpm: async () => {
    const progress = new Progress(fs.existsSync(Pnpm.script) ? () => {} : (text) => void process.stderr.write(text))
    return InstallLock.during((lock) => progress.step("pnpm", () => Pnpm.ensure(progress, lock)))
  },

  /**
   * What starting the service and testing it needs, with one line a step.
   * @param {{ withOldNatsServer: boolean, write?: (text: string) => void }} options the old broker is wanted by a test only;
   * the lines are written to standard output, unless they would stand among those of a program there
   * @returns {Promise<Tools>}
   */
  ensure: async ({ withOldNatsServer, write }) => {
    const progress = new Progress(write)
    return InstallLock.during(async (lock) => {
      const { node, env } = await runtime(progress, lock)
      const natsServer = await progress.step("nats-server", () => NatsServerBinary.ensure(progress, lock))
      const natsServerOld = withOldNatsServer
        ? await progress.step("old broker", () => OldNatsServerBinary.ensure(progress, lock))
        : undefined
      return { node, env, natsServer, natsServerOld }
    })
  }
}

/**
 * @param {Progress} progress
 * @param {InstallLock} lock
 * @returns {Promise<Runtime>}
 */
const runtime = async (progress, lock) => {
  const node = await progress.step("node", () => NodeRuntime.ensure(progress, lock))
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}` }
  if (!Dependencies.areInstalled()) await progress.step("pnpm", () => Pnpm.ensure(progress, lock))
  await progress.step("dependencies", () => Dependencies.ensure(progress, lock, { node, env }))
  return { node, env }
}
