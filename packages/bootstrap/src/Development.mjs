import fs from "node:fs"
import path from "node:path"
import { Broker } from "./Broker.mjs"
import { DataFolder } from "./DataFolder.mjs"
import { Ending, Interrupted } from "./Ending.mjs"
import { Leftovers } from "./Leftovers.mjs"
import { Paths } from "./Paths.mjs"
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
    const lock = await DataFolder.claim(data)
    try {
      await Broker.checkPort(port)
      return lock
    } catch (error) {
      lock.release()
      throw error
    }
  },

  /**
   * Runs until a signal asks it to end (0). Fails when the broker dies or cannot store, or when a replica does not start.
   * @param {import("./StartOptions.mjs").StartOptions} options
   * @param {import("./Toolchain.mjs").Tools} tools
   * @returns {Promise<number>}
   */
  run: async ({ service, port, replicas: count, data }, tools) => {
    const logs = path.join(data, "logs")
    // Each start begins new logs; the events are what is kept.
    fs.rmSync(logs, { recursive: true, force: true })
    const url = `nats://127.0.0.1:${port}`
    const broker = await Broker.start({ binary: tools.natsServer, port, data, logs, asked: Ending.asked })
    /** @type {Array<Replica>} */
    const replicas = []
    const started = () => Leftovers.record(data, [broker, ...replicas].map((process) => process.pid))
    try {
      const failed = Promise.race([
        broker.ended.then(() => fail(Broker.report(broker))),
        Broker.storageFault(broker, data).then(fail)
      ])
      // It may fail while nobody waits for it; whoever waits next hears of it.
      failed.catch(() => {})
      const asked = Ending.asked.then(() => "asked")
      say(`broker         process ${broker.pid}, ${url}`)
      for (let i = 1; i <= count; i++) {
        const { env, node } = tools
        replicas.push(new Replica({ name: `replica-${i}`, main: service.main, node, env, url, logs, say, started }))
      }
      started()
      const ready = Promise.all(replicas.map((replica) => replica.ready()))
      if ((await Promise.race([failed, asked, ready])) !== "asked") {
        for (const replica of replicas) say(`${replica.name.padEnd(14)} process ${replica.pid}, ready`)
        say(
          `data           ${Paths.display(data)}\nlogs           ${Paths.display(logs)}\n\n${next(service, port, url)}`
        )
        await Promise.race([failed, asked, Promise.all(replicas.map((replica) => replica.keepRunning()))])
      }
      const reason = Ending.reason()
      if (reason?.isFault === true) throw new Interrupted(reason.words)
      return 0
    } finally {
      say(`stopping ${count === 1 ? "the replica" : `${count} replicas`}, then the broker`)
      Ending.onRepeat(() => {
        say("ending the replicas at once")
        for (const replica of replicas) replica.kill()
      })
      await Promise.all(replicas.map((replica) => replica.stop()))
      await broker.stop(brokerStopDeadlineMillis)
      Leftovers.record(data, [])
      say(`stopped; the data stays in ${Paths.display(data)}`)
    }
  }
}

/**
 * @param {string} reason
 * @returns {never}
 */
const fail = (reason) => {
  throw new ToolchainError(reason)
}

/**
 * @param {import("./Services.mjs").Service} service
 * @param {number} port
 * @param {string} url
 */
const next = ({ suggestions }, port, url) =>
  ["Try next, in another terminal (Ctrl-C here stops everything, a second one at once):"]
    .concat(suggestions(port === 4222 ? undefined : url).map((line) => `  ${line}`)).join("\n")

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line.trimEnd()}\n`)
