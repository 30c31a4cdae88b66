import net from "node:net"
import path from "node:path"
import { LoggedProcess } from "./LoggedProcess.mjs"
import { Paths } from "./Paths.mjs"
import { probePort } from "./probePort.mjs"
import { SystemFault } from "./SystemFault.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const startDeadlineMillis = 30_000

/** The development broker: one nats-server on the loopback address that stores streams in the data folder. */
export const Broker = {
  /**
   * Refuses a port that something listens on already, or that we may not listen on.
   * @param {number} port
   */
  checkPort: async (port) => {
    const answer = await probePort(port)
    const code = answer === "free" ? await bindingError(port) : "EADDRINUSE"
    if (code === undefined) return
    const choose = `choose another with \`npm start -- --port ${alternative(port)}\``
    if (code !== "EADDRINUSE") throw new ToolchainError(`port ${port} cannot be listened on (${code}); ${choose}`)
    const listener = answer === "nats" ? "a NATS server listens on it" : "another program has it"
    throw new ToolchainError(`port ${port} is taken: ${listener}; stop that, or ${choose}`)
  },

  /**
   * Starts it and waits until it says that it is ready.
   * @param {{ binary: string, port: number, data: string, logs: string, asked: Promise<unknown> }} options
   * @returns {Promise<LoggedProcess>}
   */
  start: async ({ binary, port, data, logs, asked }) => {
    const broker = new LoggedProcess({
      name: "broker",
      file: binary,
      args: [
        "--addr",
        "127.0.0.1",
        "--port",
        String(port),
        "--name",
        "development",
        "--jetstream",
        "--store_dir",
        data
      ],
      env: process.env,
      cwd: Paths.root,
      log: path.join(logs, "broker.log")
    })
    // Its own words, not an answer on the port: that may be another broker's.
    const ready = broker.waitForLine((line) => /\bServer is ready\b/.test(line), startDeadlineMillis)
    if (await Promise.race([ready, asked.then(() => true)])) return broker
    const end = broker.end ?? `did not say it is ready within ${startDeadlineMillis / 1000} s`
    await broker.stop(5_000)
    throw new ToolchainError(Broker.report(broker, `did not come up (it ${end})`))
  },

  /**
   * What became of the broker, in one line with its reason.
   * @param {LoggedProcess} broker
   * @param {string} [what]
   */
  report: (broker, what = broker.end) =>
    `the broker ${what}: it said "${broker.lastWords ?? "nothing"}"; more in ${Paths.display(broker.log)}`,

  /**
   * Resolves when the broker says that its disk takes nothing any more: it does not store again before its next start.
   * @param {LoggedProcess} broker
   * @param {string} data
   * @returns {Promise<string>} one line
   */
  storageFault: (broker, data) =>
    new Promise((resolve) => {
      broker.onLine((line) => {
        const fault = SystemFault.spokenOf(line)
        if (fault === undefined) return
        resolve(
          `the broker cannot store in ${Paths.display(data)}: ${fault.cause}; ${fault.help}, and start again`
        )
      })
    })
}

/**
 * Why a port that nobody answers on cannot be listened on; `undefined` if it can.
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
const bindingError = (port) =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message))
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

/** @param {number} port */
const alternative = (port) => port === 4222 ? 4333 : port < 1_024 || port === 65_535 ? 4222 : port + 1
