import { Ending, Interrupted } from "./Ending.mjs"
import { signalGroup, spawnTethered } from "./spawnTethered.mjs"

/**
 * @typedef {object} CommandResult
 * @property {number} code exit code; 127 when it could not be started, 128 and more when a signal ended it
 * @property {string} output what it wrote to stdout and stderr, the last 256 KiB of it
 */

const outputLimit = 256 * 1024
const stopDeadlineMillis = 5_000

/**
 * Runs a command to its end without a terminal and gives what it wrote. A command that does not exist or takes longer
 * than its deadline answers a non-zero code. Fails only when this process is asked to end: the command is ended first.
 * @param {string} file
 * @param {ReadonlyArray<string>} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, deadlineMillis?: number }} [options] the deadline defaults to 10 min
 * @returns {Promise<CommandResult>}
 */
export const runCommand = (file, args, options = {}) =>
  new Promise((resolve, reject) => {
    Ending.check()
    let output = ""
    const child = spawnTethered(file, args, {
      cwd: options.cwd,
      env: options.env,
      ownGroup: true,
      stdin: "ignore",
      output: "pipe"
    })
    const kill = () => signalGroup(child, "SIGKILL")
    // Not spawn's own timeout: that one goes on, and keeps us alive, when the command does not exist.
    const timers = [setTimeout(kill, options.deadlineMillis ?? 600_000)]
    const onAsked = () => {
      signalGroup(child, "SIGTERM")
      timers.push(setTimeout(kill, stopDeadlineMillis))
    }
    Ending.signal.addEventListener("abort", onAsked)
    /** @param {CommandResult} result */
    const finish = (result) => {
      for (const timer of timers) clearTimeout(timer)
      Ending.signal.removeEventListener("abort", onAsked)
      if (Ending.signal.aborted) reject(new Interrupted(`${file} was ended`))
      else resolve(result)
    }
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output = (output + chunk.toString("utf8")).slice(-outputLimit)
    }
    child.stdout?.on("data", collect)
    child.stderr?.on("data", collect)
    child.once("error", (error) => finish({ code: 127, output: error.message }))
    child.once("close", (code, signal) => finish({ code: code ?? (signal === null ? 1 : 137), output }))
  })
