import fs from "node:fs"
import path from "node:path"
import { Broker } from "./Broker.mjs"
import { Leftovers } from "./Leftovers.mjs"
import { Paths } from "./Paths.mjs"
import { ProcessLock } from "./ProcessLock.mjs"
import { Replica } from "./Replica.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const brokerStopDeadlineMillis = 10_000

/** A broker and replicas on this machine, from their start to their orderly end. */
export const Development = {
  /**
   * Refuses what cannot work, before anything is installed or started.
   * @param {import("./StartOptions.mjs").StartOptions} options
   * @returns {Promise<{ release: () => void }>} the hold on the data folder
   */
  claim: async ({ port, data }) => {
    const lock = holdOf(data)
    if ("holder" in lock) {
      throw new ToolchainError(
        `${
          Paths.display(data)
        } is in use by process ${lock.holder}; use that one, stop it, or choose other data and another port with \`npm start -- --data DIR --port N\``
      )
    }
    try {
      const leftovers = await Leftovers.find(data)
      if (leftovers.length > 0) {
        throw new ToolchainError(
          `${Paths.display(data)} is still in use by what a killed run left behind; end that with \`kill ${
            leftovers.join(" ")
          }\` and try again`
        )
      }
      await Broker.checkPort(port)
    } catch (error) {
      lock.release()
      throw error
    }
    return lock
  },

  /**
   * Runs until a signal asks it to end (0) or the broker dies (1).
   * @param {import("./StartOptions.mjs").StartOptions} options
   * @param {import("./Toolchain.mjs").Tools} tools
   * @returns {Promise<number>}
   */
  run: async ({ port, replicas: count, data }, tools) => {
    const logs = path.join(data, "logs")
    // Each start begins new logs; the events are what is kept.
    fs.rmSync(logs, { recursive: true, force: true })
    const url = `nats://127.0.0.1:${port}`
    const asked = signalled()
    const broker = await Broker.start({ binary: tools.natsServer, port, data, logs })
    say(`broker         process ${broker.pid}, ${url}`)
    /** @type {Array<Replica>} */
    const replicas = []
    const started = () => Leftovers.record(data, [broker, ...replicas].map((process) => process.pid))
    for (let i = 1; i <= count; i++) {
      replicas.push(new Replica({ name: `replica-${i}`, node: tools.node, env: tools.env, url, logs, say, started }))
    }
    started()
    try {
      const died = broker.ended.then(() => "died")
      const ready = Promise.all(replicas.map((replica) => replica.ready()))
      const first = await Promise.race([ready.then(() => "ready"), died, asked])
      if (first === "ready") {
        for (const replica of replicas) say(`${replica.name.padEnd(14)} process ${replica.pid}, ready`)
        say(`data           ${Paths.display(data)}\nlogs           ${Paths.display(logs)}\n\n${suggestions(port, url)}`)
        const restarts = replicas.map((replica) => replica.keepRunning())
        if ((await Promise.race([died, asked, Promise.all(restarts)])) === "asked") return 0
      } else if (first === "asked") return 0
      say(`the broker ${broker.end}; its last words, all of them in ${Paths.display(broker.log)}:\n${broker.tail}`)
      return 1
    } finally {
      say(`stopping ${count === 1 ? "the replica" : `${count} replicas`}, then the broker`)
      await Promise.all(replicas.map((replica) => replica.stop()))
      await broker.stop(brokerStopDeadlineMillis)
      Leftovers.record(data, [])
      say(`stopped; the data stays in ${Paths.display(data)}`)
    }
  }
}

/** @param {string} data */
const holdOf = (data) => {
  try {
    return ProcessLock.acquire(path.join(data, "lock"))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ToolchainError(`${Paths.display(data)} cannot be used as data folder: ${reason}`)
  }
}

/** @returns {Promise<string>} `asked`, at the first signal; later ones are answered with words */
const signalled = () =>
  new Promise((resolve) => {
    let since = Number.POSITIVE_INFINITY
    const onSignal = () => {
      // One Ctrl-C may arrive twice: from the terminal and from the npm that started us.
      if (performance.now() - since > 500) say("still stopping: a replica finishes what it has taken, 25 s at most")
      since = Math.min(since, performance.now())
      resolve("asked")
    }
    // A closed terminal takes no more words; that must not keep us from stopping the rest.
    process.stdout.on("error", () => {})
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal)
  })

/**
 * @param {number} port
 * @param {string} url
 */
const suggestions = (port, url) => {
  const prefix = port === 4222 ? "" : `NATS_URL=${url} `
  return `Try next, in another terminal (Ctrl-C here stops everything):
  ${prefix}npm run organization -- create "Acme Corporation"
  ${prefix}npm run organization -- show <id>
  ${prefix}npm run organization -- tail`
}

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line.trimEnd()}\n`)
