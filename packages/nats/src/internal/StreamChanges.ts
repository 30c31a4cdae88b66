import { Effect, Queue, type Scope } from "effect"
import type { NatsSocket } from "../NatsSocket.ts"

/** What the broker tells about when it has happened to a stream (ADR-3: advisories, published once, to whoever listens). */
const actions = ["UPDATED", "DELETED", "CREATED"]

/**
 * Puts something into `changed` whenever the broker says that the stream was changed, deleted or created: some milliseconds
 * after it. Nobody may rely on that: what is told while the connection is down is lost, and a login may be without the permission.
 */
export const listenForChanges = Effect.fnUntraced(function*(
  socket: NatsSocket,
  stream: string,
  changed: Queue.Enqueue<void>
): Effect.fn.Return<void, never, Scope.Scope> {
  const services = yield* Effect.context()
  let isRefused = false
  const refused = (message: string) =>
    Effect.suspend(() => {
      if (isRefused) return Effect.void
      isRefused = true
      return Effect.logInfo(
        `changes of stream ${stream} are noticed within 10 seconds, not at once: ` +
          `the login may not subscribe to $JS.EVENT.ADVISORY.STREAM.*.${stream} (${message})`
      )
    })
  yield* Effect.forEach(actions, (action) =>
    socket.subscribe({
      subject: `$JS.EVENT.ADVISORY.STREAM.${action}.${stream}`,
      resubscribe: true,
      onMessage: () => void Queue.offerUnsafe(changed, undefined),
      onEnd: (error) => void Effect.runForkWith(services)(refused(error.message))
    }).pipe(
      Effect.catchTag("NatsError", (error) => refused(error.message))
    ), { discard: true })
})
