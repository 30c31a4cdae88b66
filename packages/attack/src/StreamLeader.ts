import type { NatsSocket } from "@cim-domain/nats"
import type { StoredMessage } from "@cim-domain/simulation/check/History"
import { patiently } from "@cim-domain/testbed/eventually"
import { type Duration, Effect, Schema } from "effect"

/** The leader of a stream did not answer as it should. */
export class StreamLeaderError extends Schema.TaggedError<StreamLeaderError>()("StreamLeaderError", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

const fail = (detail: string) => new StreamLeaderError({ detail })

/** Messages asked for side by side. */
const readsInFlight = 64

interface Answer {
  readonly error?: { readonly description?: string }
  readonly state?: { readonly last_seq: number; readonly messages: number }
  readonly cluster?: {
    readonly leader?: string
    readonly replicas?: ReadonlyArray<{ readonly current: boolean; readonly offline?: boolean; readonly lag?: number }>
  }
  readonly message?: {
    readonly seq: number
    readonly subject: string
    readonly time: string
    readonly hdrs?: string
    readonly data?: string
  }
}

const ask = (
  socket: NatsSocket,
  subject: string,
  body?: unknown
): Effect.Effect<Answer, StreamLeaderError> =>
  socket.request(`$JS.API.${subject}`, body === undefined ? "" : JSON.stringify(body), { timeoutMillis: 5_000 }).pipe(
    Effect.mapError((error) => fail(`${subject}: ${error.message}`)),
    Effect.map((message) => message.json<Answer>()),
    Effect.filterOrFail(
      ({ error }) => error === undefined,
      ({ error }) => fail(`${subject}: ${error?.description}`)
    )
  )

/** Tries for a minute. */
const surely = <A>(effect: Effect.Effect<A, StreamLeaderError>) => Effect.retry(effect, patiently("60 seconds"))

/** Asks the leader of a stream to let another one lead. */
export const moveLeader = (socket: NatsSocket, stream: string): Effect.Effect<void, StreamLeaderError> =>
  Effect.asVoid(ask(socket, `STREAM.LEADER.STEPDOWN.${stream}`))

/** Waits until a stream has a leader, and gives the sequence that the stream ends at. */
export const awaitLeader = (
  socket: NatsSocket,
  stream: string,
  duration: Duration.Input
): Effect.Effect<number, StreamLeaderError> =>
  Effect.retry(ask(socket, `STREAM.INFO.${stream}`), patiently(duration)).pipe(
    Effect.map(({ state }) => state?.last_seq ?? 0)
  )

/** Waits until a stream has a leader and all its replicas have everything. Fails after a minute. */
export const awaitCurrent = (socket: NatsSocket, stream: string): Effect.Effect<void, StreamLeaderError> =>
  ask(socket, `STREAM.INFO.${stream}`).pipe(
    Effect.filterOrFail(
      ({ cluster }) =>
        cluster?.leader !== undefined && cluster.replicas?.length === 2 &&
        cluster.replicas.every(({ current, lag = 0, offline }) => current && offline !== true && lag === 0),
      () => fail(`the replicas of ${stream} are not current`)
    ),
    surely,
    Effect.asVoid
  )

/** Every message of a stream, from its leader, in order. */
export const readStream = Effect.fnUntraced(function*(socket: NatsSocket, stream: string) {
  const { state } = yield* surely(ask(socket, `STREAM.INFO.${stream}`))
  const { last_seq = 0, messages = 0 } = state ?? {}
  if (messages !== last_seq) return yield* fail(`${stream} has ${messages} messages and ends at ${last_seq}`)
  return yield* Effect.forEach(
    Array.from({ length: last_seq }, (_, index) => index + 1),
    (seq) => Effect.map(surely(ask(socket, `STREAM.MSG.GET.${stream}`, { seq })), toStored),
    { concurrency: readsInFlight }
  )
})

const toStored = ({ message }: Answer): StoredMessage => ({
  sequence: message?.seq ?? 0,
  subject: message?.subject ?? "",
  time: message?.time ?? "",
  headers: readHeaders(Buffer.from(message?.hdrs ?? "", "base64").toString("utf8")),
  data: Buffer.from(message?.data ?? "", "base64").toString("utf8")
})

const readHeaders = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split("\r\n").slice(1).filter((line) => line.includes(":")).map((line) => {
      const colon = line.indexOf(":")
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  )
