import { spawn } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { createInterface } from "node:readline"

const tailLines = 15

/**
 * A child process whose output goes to a file, line by line, with the last lines kept for reports.
 *
 * It is the leader of a process group of its own, so that Ctrl-C on the terminal reaches only us and we decide who stops
 * first. Its output is a pipe to us: if we are killed, its next line ends it too.
 */
export class LoggedProcess {
  /** @type {Array<string>} */
  #tail = []
  /** @type {Set<(line: string) => void>} */
  #listeners = new Set()
  #child

  /**
   * @param {{ name: string, file: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, cwd: string, log: string }} options
   */
  constructor({ name, file, args, env, cwd, log }) {
    this.name = name
    this.log = log
    /** How it ended in words, once it has. @type {string | undefined} */
    this.end = undefined
    fs.mkdirSync(path.dirname(log), { recursive: true })
    const sink = fs.createWriteStream(log, { flags: "a" })
    this.#child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        sink.write(`${line}\n`)
        this.#tail.push(line)
        if (this.#tail.length > tailLines) this.#tail.shift()
        for (const listener of this.#listeners) listener(line)
      })
    }
    /** Resolves when it has ended and its last line is written. @type {Promise<void>} */
    this.ended = new Promise((resolve) => {
      /** @param {string} end */
      const finish = (end) => {
        this.end ??= end
        sink.end(resolve)
      }
      this.#child.once("error", (error) => finish(`could not be started: ${error.message}`))
      this.#child.once(
        "close",
        (code, signal) => finish(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`)
      )
    })
  }

  get pid() {
    return this.#child.pid
  }

  /** The last lines it wrote, indented. */
  get tail() {
    return this.#tail.map((line) => `    ${line}\n`).join("")
  }

  /**
   * Waits for a line it writes. Answers `false` when it ends or the deadline passes first.
   * @param {(line: string) => boolean} isWanted
   * @param {number} deadlineMillis
   * @returns {Promise<boolean>}
   */
  async waitForLine(isWanted, deadlineMillis) {
    /** @type {(line: string) => void} */
    let listener = () => {}
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    const seen = new Promise((resolve) => {
      listener = (line) => isWanted(line) && resolve(true)
      timer = setTimeout(() => resolve(false), deadlineMillis)
    })
    this.#listeners.add(listener)
    try {
      return await Promise.race([seen, this.ended.then(() => false)])
    } finally {
      clearTimeout(timer)
      this.#listeners.delete(listener)
    }
  }

  /**
   * Asks it to end, insists after the deadline. Answers whether it ended by itself.
   * @param {number} deadlineMillis
   * @returns {Promise<boolean>}
   */
  async stop(deadlineMillis) {
    if (this.end !== undefined) return true
    this.#child.kill("SIGTERM")
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMillis)
    await this.ended
    clearTimeout(timer)
    return this.#child.signalCode !== "SIGKILL"
  }
}
