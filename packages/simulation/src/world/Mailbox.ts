import { NatsError, NoResponders, Unanswered } from "@cim-domain/nats/NatsError"
import type { NatsMessage, NatsSocket } from "@cim-domain/nats/NatsSocket"
import { Effect, type Scope } from "effect"
import type { Answer, Attempt } from "../check/History.ts"

/** One sending of a request, as it goes on. */
type Recorded = { -readonly [Field in keyof Attempt]: Attempt[Field] } & { answers: Array<Answer> }

/** Sends requests and keeps everything that comes back, however late and however often. */
export interface Mailbox {
  /** As `NatsSocket.request`; what becomes of it is written to `attempts`. */
  readonly request: (
    attempts: Array<Attempt>,
    ...request: Parameters<NatsSocket["request"]>
  ) => ReturnType<NatsSocket["request"]>
}

/**
 * A mailbox on a connection, as long as its scope lives: each request has an address of its own. An inbox of the library forgets a
 * request with its first answer; here the second one is what is looked for.
 */
export const makeMailbox = Effect.fnUntraced(function*(
  socket: NatsSocket,
  now: () => number
): Effect.fn.Return<Mailbox, NatsError, Scope.Scope> {
  const inbox = yield* socket.inbox
  const sent: Array<{ readonly attempt: Recorded; heard: ((message: NatsMessage) => void) | undefined }> = []

  yield* socket.subscribe({
    subject: `${inbox}.*`,
    resubscribe: true,
    onEnd: () => {},
    onMessage: (message) => {
      const request = sent[Number(message.subject.slice(inbox.length + 1))]
      if (request === undefined) return
      const isStatus = message.headers?.code === 503 && message.data.length === 0
      if (!isStatus) {
        const headers = Object.fromEntries(
          message.headers?.keys().map((name) => [name, message.headers!.get(name)]) ?? []
        )
        request.attempt.answers.push({ at: now(), body: message.string(), headers })
      }
      const { heard } = request
      request.heard = undefined
      heard?.(message)
    }
  })

  const request: Mailbox["request"] = (attempts, subject, payload, options) =>
    Effect.suspend(() => {
      const attempt: Recorded = { sentAt: now(), endedAt: now(), answers: [], failure: null }
      attempts.push(attempt)
      const number = sent.push({ attempt, heard: undefined }) - 1
      const reply = `${inbox}.${number}`
      const answered = Effect.callback<NatsMessage, NatsError>((resume) => {
        sent[number]!.heard = (message) =>
          resume(
            message.headers?.code === 503 && message.data.length === 0
              ? Effect.fail(new NatsError({ reason: new NoResponders({ subject }) }))
              : Effect.succeed(message)
          )
        return Effect.sync(() => {
          sent[number]!.heard = undefined
        })
      })
      return socket.publish(subject, payload, { headers: options.headers, reply }).pipe(
        Effect.andThen(answered),
        Effect.timeoutOrElse({
          duration: options.timeoutMillis,
          orElse: () => Effect.fail(new NatsError({ reason: new Unanswered({ subject, detail: "timeout" }) }))
        }),
        Effect.tapError(({ reason }) =>
          Effect.sync(() => {
            attempt.failure = reason._tag
          })
        ),
        Effect.ensuring(Effect.sync(() => {
          attempt.endedAt = now()
        }))
      )
    })
  return { request }
})
