import fs from "node:fs"
import path from "node:path"
import { runCommand } from "./runCommand.mjs"
import { Services } from "./Services.mjs"

/** Processes in a data folder besides those that hold its lock. Two brokers must never share one. */
export const Leftovers = {
  /**
   * Remembers the processes of a run; none at its orderly end. Only for words: what counts is the lock, which they hold.
   * @param {string} data
   * @param {ReadonlyArray<number | undefined>} pids
   */
  record: (data, pids) => {
    try {
      if (pids.length === 0) fs.rmSync(fileOf(data), { force: true })
      else fs.writeFileSync(fileOf(data), `${pids.join("\n")}\n`)
    } catch {
      // The disk is full: then a report of what a killed run left behind has no numbers in it.
    }
  },

  /**
   * The remembered processes that still run, and are still ours: numbers are used again for other programs.
   * @param {string} data
   * @returns {Promise<ReadonlyArray<number>>}
   */
  find: async (data) => {
    const pids = remembered(data)
    if (pids.length === 0) return []
    const programs = Array.from(Services.values(), ({ main }) => main)
    return (await listed(["-p", pids.join(",")]))
      .filter(({ command }) => [data, ...programs].some((ours) => command.includes(ours)))
      .map(({ pid }) => pid)
  },

  /**
   * A broker that stores in this folder, whoever started it, as far as this machine shows the processes of others.
   * @param {string} data
   * @returns {Promise<number | undefined>}
   */
  broker: async (data) => {
    const folders = new Set([data, fs.realpathSync(data)])
    const isOurs = (/** @type {string} */ command) =>
      [...folders].some((folder) => `${command} `.includes(` ${folder} `) || `${command} `.includes(`=${folder} `))
    return (await listed(["-A"]))
      .find(({ command }) => /^\S*nats-server\b/.test(command) && isOurs(command))?.pid
  }
}

/** @param {string} data */
const fileOf = (data) => path.join(data, "processes")

/** @param {string} data */
const remembered = (data) => {
  try {
    const numbers = fs.readFileSync(fileOf(data), "utf8").slice(0, 1_000).split("\n").map(Number)
    return numbers.filter((pid) => Number.isSafeInteger(pid) && pid > 0)
  } catch {
    return []
  }
}

/** @param {ReadonlyArray<string>} which */
const listed = async (which) => {
  // Where there is no `ps` nothing is found.
  const { output } = await runCommand("ps", ["-ww", "-o", "pid=,args=", ...which], { deadlineMillis: 10_000 })
  return output.split("\n").flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), command }]
  })
}
