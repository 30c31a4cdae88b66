import fs from "node:fs"
import path from "node:path"
import { runCommand } from "./runCommand.mjs"

/**
 * Processes that a development run left behind because it was killed. Two brokers must never share a data folder, so the
 * next run looks for them.
 */
export const Leftovers = {
  /**
   * Remembers the processes of a run; none at its orderly end.
   * @param {string} data
   * @param {ReadonlyArray<number | undefined>} pids
   */
  record: (data, pids) => {
    if (pids.length === 0) fs.rmSync(fileOf(data), { force: true })
    else fs.writeFileSync(fileOf(data), `${pids.join("\n")}\n`)
  },

  /**
   * The remembered processes that still run, and are still ours: numbers are used again for other programs.
   * @param {string} data
   * @returns {Promise<ReadonlyArray<number>>}
   */
  find: async (data) => {
    if (!fs.existsSync(fileOf(data))) return []
    const pids = fs.readFileSync(fileOf(data), "utf8").split("\n").map(Number).filter((pid) => pid > 0)
    const { output } = await runCommand("ps", ["-o", "pid=,args=", "-p", pids.join(",")])
    return output.split("\n")
      .filter((line) => line.includes(data) || line.includes("organization-service/src/main.ts"))
      .map((line) => Number.parseInt(line, 10))
  }
}

/** @param {string} data */
const fileOf = (data) => path.join(data, "processes")
