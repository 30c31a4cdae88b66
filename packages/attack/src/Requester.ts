import type { NatsMessage, NatsSocket } from "@cim-domain/nats"
import type { Answer, Attempt } from "@cim-domain/simulation/check/History"
import { Deferred, Effect, Option } from "effect"

/** A request to make. */
export interface Asked {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How long to wait before going on; what comes later is written down all the same. */
  readonly timeoutMillis: number
}

/** Sends requests, each with an inbox of its own that is listened to as long as the requester lives. */
export interface Requester {
  /** Gives the attempt once there is an answer, or the requester waits no longer. Its `answers` grow when more come. */
  readonly ask: (asked: Asked) => Effect.Effect<Attempt>
}

interface Waiting {
  readonly answers: Array<Answer>
  readonly first: Deferred.Deferred<string | null>
}

const headersOf = ({ headers }: NatsMessage): Readonly<Record<string, string>> =>
  Object.fromEntries((headers?.keys() ?? []).map((name) => [name, headers?.get(name) ?? ""]))

/** Makes a requester on a connection. Lost connections end no inbox. */
export const makeRequester = Effect.fnUntraced(function*(socket: NatsSocket) {
  const inbox = yield* socket.inbox
  const inboxes = new Map<string, Waiting>()
  yield* socket.subscribe({
    subject: `${inbox}.*`,
    resubscribe: true,
    onEnd: () => {},
    onMessage: (message) => {
      const waiting = inboxes.get(message.subject)
      if (waiting === undefined) return
      // A status of the broker: there is nobody to take the request.
      if (message.headers !== undefined && message.headers.code !== 0) {
        Deferred.doneUnsafe(waiting.first, Effect.succeed("NoResponders"))
        return
      }
      waiting.answers.push({ at: performance.now(), body: message.string(), headers: headersOf(message) })
      Deferred.doneUnsafe(waiting.first, Effect.succeed(null))
    }
  })

  const ask: Requester["ask"] = Effect.fnUntraced(function*({ body, headers, subject, timeoutMillis }) {
    const reply = `${inbox}.${inboxes.size}`
    const waiting: Waiting = { answers: [], first: yield* Deferred.make<string | null>() }
    inboxes.set(reply, waiting)
    const sentAt = performance.now()
    const failure = yield* socket.publish(subject, body, { headers, reply }).pipe(
      Effect.andThen(Effect.timeoutOption(Deferred.await(waiting.first), timeoutMillis)),
      Effect.map(Option.getOrElse(() => "Unanswered")),
      Effect.catch((error) => Effect.succeed<string | null>(error.reason._tag))
    )
    return { sentAt, endedAt: performance.now(), answers: waiting.answers, failure }
  })
  return { ask } satisfies Requester
})
