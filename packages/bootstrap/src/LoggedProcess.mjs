import fs from "node:fs"
import path from "node:path"
import { createInterface } from "node:readline"
import { makeFolder } from "./makeFolder.mjs"
import { signalGroup, spawnTethered } from "./spawnTethered.mjs"
import { SystemFault } from "./SystemFault.mjs"

const tailLines = 15

/**
 * A child process whose output goes to a file, line by line, with the last lines kept for reports.
 *
 * It is the leader of a process group of its own, so that Ctrl-C on the terminal reaches only us and we decide who stops
 * first. If we are killed, it is ended (`spawnTethered`).
 */
export class LoggedProcess {
  /** @type {Array<string>} */
  #tail = []
  /** @type {Set<(line: string) => void>} */
  #listeners = new Set()
  #child
  #sink
  #isDropping = false
  #wasKilled = false

  /**
   * @param {{ name: string, file: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, cwd: string, log: string }} options
   */
  constructor({ name, file, args, env, cwd, log }) {
    this.name = name
    this.log = log
    /** How it ended in words, once it has. @type {string | undefined} */
    this.end = undefined
    makeFolder(path.dirname(log))
    const sink = fs.openSync(log, "a")
    this.#sink = sink
    this.#child = spawnTethered(file, args, { cwd, env, ownGroup: true, stdin: "ignore", output: "pipe" })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on("line", (line) => {
        this.#keep(line)
        this.#tail.push(line)
        if (this.#tail.length > tailLines) this.#tail.shift()
        for (const listener of this.#listeners) listener(line)
      })
    }
    /** Resolves when it has ended and its last line is written. @type {Promise<void>} */
    this.ended = new Promise((resolve) => {
      /** @param {string} end */
      const finish = (end) => {
        if (this.end !== undefined) return
        this.end = end
        fs.closeSync(sink)
        resolve()
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

  /** Why it ended, in its own words: the last line that complains, or else its last line. `undefined` if it was silent. */
  get lastWords() {
    const complaint = this.#tail.findLast((line) => /\b(FTL|FATAL|ERR|ERROR|Error)\b/.test(line)) ?? this.#tail.at(-1)
    return complaint === undefined ? undefined : messageOf(complaint)
  }

  /**
   * Calls the listener with each line it writes.
   * @param {(line: string) => void} listener
   */
  onLine(listener) {
    this.#listeners.add(listener)
  }

  /**
   * A log that takes no line must not end what is logged.
   * @param {string} line
   */
  #keep(line) {
    try {
      fs.writeSync(this.#sink, `${line}\n`)
      this.#isDropping = false
    } catch (error) {
      if (!this.#isDropping) {
        process.stderr.write(
          `warning: lines of ${this.name} are not logged: ${SystemFault.line(error) ?? String(error)}\n`
        )
      }
      this.#isDropping = true
    }
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
    signalGroup(this.#child, "SIGTERM")
    const timer = setTimeout(() => this.kill(), deadlineMillis)
    await this.ended
    clearTimeout(timer)
    return !this.#wasKilled
  }

  /** Ends it at once. */
  kill() {
    this.#wasKilled = true
    signalGroup(this.#child, "SIGKILL")
  }
}

/**
 * What a line of a log says: the message of a JSON line, a plain line without the time before it.
 * @param {string} line
 * @returns {string}
 */
export const messageOf = (line) => {
  if (!line.startsWith("{")) return line.replace(/^\[\d+\] \S+ \S+ /, "").trim()
  try {
    const { message } = JSON.parse(line)
    return Array.isArray(message) ? message.join(" ") : String(message)
  } catch {
    return line
  }
}
