import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { LoggedProcess, messageOf } from "./LoggedProcess.mjs"
import { Paths } from "./Paths.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const chatty = new Set(["trace", "debug", "info"])
const readyDeadlineMillis = 30_000
const stopDeadlineMillis = 25_000
const backOffMillis = { first: 1_000, most: 10_000 }
// One that ended sooner after it was ready has not recovered: the next pause is longer.
const soundMillis = 30_000

/** One replica of the service, kept running as systemd would: a dead one is started again after a growing pause. */
export class Replica {
  /** @type {LoggedProcess} */
  #process
  #stopping = new AbortController()
  #start

  /**
   * @param {{ name: string, main: string, node: string, env: NodeJS.ProcessEnv, url: string, logs: string, say: (line: string) => void, started: () => void }} options
   */
  constructor({ name, main, node, env, url, logs, say, started }) {
    this.name = name
    this.say = say
    this.started = started
    this.#start = () =>
      new LoggedProcess({
        name,
        file: node,
        args: [main],
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
    const { end, lastWords, log } = this.#process
    const what = end ?? `did not say it is ready within ${readyDeadlineMillis / 1000} s`
    const last = lastWords === undefined ? "it wrote nothing" : `it said "${lastWords}"; more in ${Paths.display(log)}`
    throw new ToolchainError(`${this.name} ${what}; ${last}`)
  }

  /** Restarts the replica whenever it ends, until it is stopped. */
  async keepRunning() {
    let pause = backOffMillis.first
    let readyAt = performance.now()
    for (;;) {
      await this.#process.ended
      if (this.#stopping.signal.aborted) return
      if (performance.now() - readyAt >= soundMillis) pause = backOffMillis.first
      const { end, lastWords = "nothing", log } = this.#process
      this.say(`${this.name} ${end}; again in ${pause / 1000} s; it said "${lastWords}"; more in ${Paths.display(log)}`)
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => {})
      if (this.#stopping.signal.aborted) return
      pause = Math.min(pause * 2, backOffMillis.most)
      this.#process = this.#start()
      this.started()
      const isReady = await this.#process.waitForLine(saysReady, readyDeadlineMillis)
      readyAt = isReady ? performance.now() : Number.POSITIVE_INFINITY
      if (isReady) this.say(`${this.name} is back as process ${this.pid}`)
    }
  }

  /** Lets it finish what it is doing, and says so if it did not. */
  async stop() {
    this.#stopping.abort()
    if (await this.#process.stop(stopDeadlineMillis)) return
    this.say(`${this.name} did not stop in time and was killed`)
  }

  /** Ends it at once. */
  kill() {
    this.#stopping.abort()
    this.#process.kill()
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
