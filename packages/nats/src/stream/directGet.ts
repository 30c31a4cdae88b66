import type { MsgHdrs } from "@nats-io/nats-core"
import { Effect } from "effect"
import { NatsError, Unexpected } from "../connection/NatsError.ts"
import type { ManyAnswer, NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import { hasStatus } from "../message/HeaderValues.ts"

/**
 * Reads that any replica may answer (ADR-31), over the shared inbox of a socket: the client's own `getBatch` keeps a
 * subscription open for five seconds per call. Answers may be a little old on a replicated stream.
 */

/** Longest wait for an answer: what one replica does not give in time the leader is asked for. */
export const directGetTimeoutMillis = 2_000

/** Events in one answer. */
export const directGetPageEvents = 512

/** Bytes in one answer, unless a single event is larger. */
export const directGetPageBytes = 4 * 1024 * 1024

const request = (
  socket: NatsSocket,
  stream: string,
  body: unknown
): Effect.Effect<ManyAnswer, NatsError> =>
  Effect.flatMap(
    socket.requestMany(`${socket.jetStreamApi}.DIRECT.GET.${stream}`, JSON.stringify(body), {
      timeoutMillis: directGetTimeoutMillis
    }),
    (answer) => {
      const { code, description } = answer.status
      // 204 ends a batch, 404 says that there is nothing (any more), 413 that there is more than an answer may hold.
      if (code === 204 || code === 404 || code === 413) return Effect.succeed(answer)
      return Effect.fail(unexpected(`${code} ${description}`))
    }
  )

/** What to tell an operator whose user may not read this way. */
export const directGetRefused = (detail: string): string =>
  `direct gets are not permitted, the leader is read one message at a time: ${detail}`

/** What to tell an operator when an answer makes no sense. */
export const directGetUnreadable = (detail: string): string =>
  `an answer to a direct get cannot be read, the leader is read one message at a time: ${detail}`

/** The last message of a literal subject, which costs the broker less than {@link directGetLast}; `undefined` when there is none. */
export const directGetLastOf = (
  socket: NatsSocket,
  stream: string,
  subject: string
): Effect.Effect<NatsMessage | undefined, NatsError> =>
  Effect.flatMap(
    socket.request(`${socket.jetStreamApi}.DIRECT.GET.${stream}`, JSON.stringify({ last_by_subj: subject }), {
      timeoutMillis: directGetTimeoutMillis
    }),
    (message) => {
      const status = statusOf(message)
      if (status === undefined) return Effect.succeed(message)
      return status.code === 404 ? Effect.undefined : Effect.fail(unexpected(`${status.code} ${status.description}`))
    }
  )

/** The status of a message that has one; headers that cannot be read are as unexpected as any. */
const statusOf = (message: NatsMessage): Pick<MsgHdrs, "code" | "description"> | undefined => {
  try {
    return hasStatus(message) ? message.headers : undefined
  } catch (error) {
    return { code: 0, description: String(error) }
  }
}

const unexpected = (detail: string) =>
  new NatsError({ reason: new Unexpected({ code: 0, detail: `direct get: ${detail}` }) })

/** The last message of every subject that `filters` match; none when they match more than 1 024 subjects. */
export const directGetLast = (
  socket: NatsSocket,
  stream: string,
  filters: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<NatsMessage>, NatsError> =>
  Effect.map(request(socket, stream, { multi_last: filters }), (answer) => answer.messages)

/**
 * Messages of one literal subject from a sequence on, one page. Never with a wildcard that few messages match: that walks
 * the whole stream.
 */
export const directGetPage = (
  socket: NatsSocket,
  stream: string,
  subject: string,
  fromSequence: number,
  { bytes = directGetPageBytes, events = directGetPageEvents }: { readonly bytes?: number; readonly events?: number } =
    {}
): Effect.Effect<{ readonly messages: ReadonlyArray<NatsMessage>; readonly more: boolean }, NatsError> =>
  Effect.map(
    request(socket, stream, {
      seq: fromSequence,
      next_by_subj: subject,
      batch: events,
      max_bytes: bytes
    }),
    (answer) => ({
      messages: answer.messages,
      more: answer.messages.length > 0 && Number(answer.status.last("Nats-Num-Pending") || "0") > 0
    })
  )
