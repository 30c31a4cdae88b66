import net from "node:net"

/**
 * What answers on a port of this machine: nothing, a NATS server (which greets with `INFO`), or something else.
 * @param {number} port
 * @param {number} [deadlineMillis] how long a listener may take to greet
 * @returns {Promise<"free" | "nats" | "other">}
 */
export const probePort = (port, deadlineMillis = 1_000) =>
  new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port })
    /** @param {"free" | "nats" | "other"} answer */
    const finish = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    let isConnected = false
    socket.once("connect", () => {
      isConnected = true
    })
    socket.once("data", (greeting) => finish(greeting.toString("utf8").startsWith("INFO {") ? "nats" : "other"))
    socket.once("close", () => finish(isConnected ? "other" : "free"))
    socket.once("error", () => finish(isConnected ? "other" : "free"))
    socket.setTimeout(deadlineMillis, () => finish(isConnected ? "other" : "free"))
  })
