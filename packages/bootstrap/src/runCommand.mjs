import { spawn } from "node:child_process"

/**
 * @typedef {object} CommandResult
 * @property {number} code exit code; 127 when it could not be started, 128 and more when a signal ended it
 * @property {string} output what it wrote to stdout and stderr, the last 256 KiB of it
 */

const outputLimit = 256 * 1024

/**
 * Runs a command to its end without a terminal and gives what it wrote. Never fails: a command that does not exist or
 * takes longer than its deadline answers a non-zero code.
 * @param {string} file
 * @param {ReadonlyArray<string>} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, deadlineMillis?: number }} [options] the deadline defaults to 10 min
 * @returns {Promise<CommandResult>}
 */
export const runCommand = (file, args, options = {}) =>
  new Promise((resolve) => {
    let output = ""
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"]
    })
    // Not spawn's own timeout: that one goes on, and keeps us alive, when the command does not exist.
    const timer = setTimeout(() => child.kill("SIGKILL"), options.deadlineMillis ?? 600_000)
    /** @param {CommandResult} result */
    const finish = (result) => {
      clearTimeout(timer)
      resolve(result)
    }
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output = (output + chunk.toString("utf8")).slice(-outputLimit)
    }
    child.stdout.on("data", collect)
    child.stderr.on("data", collect)
    child.once("error", (error) => finish({ code: 127, output: error.message }))
    child.once("close", (code, signal) => finish({ code: code ?? (signal === null ? 1 : 137), output }))
  })
