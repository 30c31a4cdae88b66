import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { LoggedProcess } from "./LoggedProcess.mjs"
import { Paths } from "./Paths.mjs"
import { probePort } from "./probePort.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

const startDeadlineMillis = 30_000

/** The development broker: one nats-server on the loopback address that stores streams in the data folder. */
export const Broker = {
  /**
   * Refuses a port that something listens on already.
   * @param {number} port
   */
  checkPort: async (port) => {
    const answer = await probePort(port)
    if (answer === "free") return
    const listener = answer === "nats" ? "a NATS server" : "another program"
    throw new ToolchainError(
      `port ${port} is taken: ${listener} listens on it; stop that, or choose another with \`npm start -- --port ${
        alternative(port)
      }\``
    )
  },

  /**
   * Starts it and waits until it greets.
   * @param {{ binary: string, port: number, data: string, logs: string }} options
   * @returns {Promise<LoggedProcess>}
   */
  start: async ({ binary, port, data, logs }) => {
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
    const deadline = performance.now() + startDeadlineMillis
    while (broker.end === undefined && performance.now() < deadline) {
      if ((await probePort(port)) === "nats") return broker
      await Promise.race([delay(50), broker.ended])
    }
    await broker.stop(5_000)
    throw new ToolchainError(
      `the broker did not come up (it ${broker.end}); its last words, all of them in ${
        Paths.display(broker.log)
      }:\n${broker.tail}`
    )
  }
}

/** @param {number} port */
const alternative = (port) => port === 4222 ? 4333 : port < 65_535 ? port + 1 : 4222
