import { runReplica } from "@cim-domain/service/runReplica"
import { Effect } from "effect"
import { type AddressInfo, connect, createServer } from "node:net"

/** A program in which a socket breaks that nobody listens to, and then something that nobody expects. */
const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy())).listen(
  0,
  "127.0.0.1",
  () => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
    const writing = setInterval(() => socket.write("x"), 1)
    socket.once("close", () => {
      clearInterval(writing)
      setImmediate(() => {
        throw new Error("nobody\nexpects this")
      })
    })
  }
)

process.emitWarning("several\nlines", "LeakWarning")
runReplica(Effect.never, { disableErrorReporting: true })
