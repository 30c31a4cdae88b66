import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { LoggedProcess } from "./LoggedProcess.mjs"
import { Paths } from "./Paths.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const chatty = new Set(["trace", "debug", "info"])
const readyDeadlineMillis = 30_000
const stopDeadlineMillis = 25_000
const backOffMillis = { first: 1_000, most: 10_000 }

/** One replica of the service, kept running as systemd would: a dead one is started again after a growing pause. */
export class Replica {
  /** @type {LoggedProcess} */
  #process
  #stopping = new AbortController()
  #start

  /**
   * @param {{ name: string, node: string, env: NodeJS.ProcessEnv, url: string, logs: string, say: (line: string) => void, started: () => void }} options
   */
  constructor({ name, node, env, url, logs, say, started }) {
    this.name = name
    this.say = say
    this.started = started
    this.#start = () =>
      new LoggedProcess({
        name,
        file: node,
        args: ["packages/organization-service/src/main.ts"],
        // Readiness is seen in the log, at level info: a quieter level would hide it.
        env: { ...env, NATS_URL: url, LOG_LEVEL: chatty.has(env["LOG_LEVEL"] ?? "") ? env["LOG_LEVEL"] : "info" },
        cwd: Paths.root,
        log: path.join(logs, `${name}.log`)
      })
    this.#process = this.#start()
  }

  get pid() {
    return this.#process.pid
  }

  /** Resolves when the replica takes commands; fails when it ends or stays silent instead. */
  async ready() {
    if (await this.#process.waitForLine(saysReady, readyDeadlineMillis)) return
    const { end, log, tail } = this.#process
    const what = end ?? `did not say it is ready within ${readyDeadlineMillis / 1000} s`
    const last = tail === "" ? "it wrote nothing" : `its last words, all of them in ${Paths.display(log)}:\n${tail}`
    throw new ToolchainError(`${this.name} ${what}; ${last}`)
  }

  /** Restarts the replica whenever it ends, until it is stopped. */
  async keepRunning() {
    let pause = backOffMillis.first
    for (;;) {
      await this.#process.ended
      if (this.#stopping.signal.aborted) return
      this.say(`${this.name} ${this.#process.end}; again in ${pause / 1000} s; its last words:\n${this.#process.tail}`)
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => {})
      if (this.#stopping.signal.aborted) return
      this.#process = this.#start()
      this.started()
      const isReady = await this.#process.waitForLine(saysReady, readyDeadlineMillis)
      if (isReady) this.say(`${this.name} is back as process ${this.pid}`)
      pause = isReady ? backOffMillis.first : Math.min(pause * 2, backOffMillis.most)
    }
  }

  /** Lets it finish what it is doing, and says so if it did not. */
  async stop() {
    this.#stopping.abort()
    if (await this.#process.stop(stopDeadlineMillis)) return
    this.say(`${this.name} did not stop within ${stopDeadlineMillis / 1000} s and was killed`)
  }
}

/**
 * Whether a log line is the one a replica writes when it takes commands. Lines are JSON, or plain while it starts.
 * @param {string} line
 */
export const saysReady = (line) => {
  const message = messageOf(line)
  return /\bready\b/i.test(message) && !/\bnot (yet )?ready\b/i.test(message)
}

/** @param {string} line */
const messageOf = (line) => {
  if (!line.startsWith("{")) return line
  try {
    const { message } = JSON.parse(line)
    return Array.isArray(message) ? message.join(" ") : String(message)
  } catch {
    return line
  }
}
