import { Effect } from "effect"
import { connect } from "node:net"

/** Longest wait for a broker to say why it hangs up. */
const patienceMillis = 1_000

/** What a broker says before it hangs up is short. */
const heardBytesMax = 65_536

/**
 * Why brokers hang up on new connections, in their own words, such as `maximum connections exceeded`; `undefined` when none says.
 *
 * They say so and close at once, and the client, which is just about to introduce itself, fails by writing before it has read.
 * So each one is listened to without a word.
 */
export const hearRefusal = (servers: ReadonlyArray<string>): Effect.Effect<string | undefined> =>
  Effect.gen(function*() {
    for (const server of servers) {
      const words = yield* listenTo(server)
      if (words !== undefined) return words
    }
    return undefined
  })

const listenTo = (server: string): Effect.Effect<string | undefined> =>
  Effect.callback<string | undefined>((resume) => {
    const at = server.lastIndexOf(":")
    const socket = connect(Number(server.slice(at + 1)), server.slice(0, at).replace(/^\[|]$/g, ""))
    let heard = ""
    const end = () => {
      socket.destroy()
      resume(Effect.succeed(/^-ERR '([^'\r\n]*)'/m.exec(heard)?.[1]))
    }
    socket.setEncoding("latin1").setTimeout(patienceMillis, end)
    socket.on("data", (text) => {
      heard += String(text)
      if (heard.length > heardBytesMax || /^-ERR '[^'\r\n]*'/m.test(heard)) end()
    })
    socket.once("error", end).once("end", end).once("close", end)
    return Effect.sync(() => void socket.destroy())
  }).pipe(Effect.timeoutOrElse({ duration: patienceMillis, orElse: () => Effect.undefined }))
