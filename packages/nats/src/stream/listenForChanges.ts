import { Effect, Queue, type Scope } from "effect"
import type { NatsSocket } from "../connection/NatsSocket.ts"

/** What the broker tells of a stream that concerns its settings and whether it is there (ADR-3: advisories, published once). */
const changes = /^\$JS\.EVENT\.ADVISORY\.STREAM\.(CREATED|UPDATED|DELETED)\./

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
  const refused = (message: string) =>
    Effect.logInfo(`changes of stream ${stream} are noticed within 10 seconds, not at once: ${message}`)
  yield* socket.subscribe({
    subject: `$JS.EVENT.ADVISORY.STREAM.*.${stream}`,
    resubscribe: true,
    onMessage: ({ subject }) => void (changes.test(subject) && Queue.offerUnsafe(changed, undefined)),
    onEnd: (error) => void Effect.runForkWith(services)(refused(error.message))
  }).pipe(
    Effect.catchTag("NatsError", (error) => refused(error.message))
  )
})
