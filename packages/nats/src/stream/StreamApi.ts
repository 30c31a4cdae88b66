import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Effect, Result, Schema } from "effect"
import { NatsError, Unexpected } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import { type ApiError, fromApi } from "./ApiError.ts"

/** The few requests of the JetStream API that this adapter makes, as JSON over a socket (ADR-1, ADR-2). */

/** Longest wait for an answer of the JetStream API. */
export const streamApiTimeoutMillis = 5_000

const OptionalInt = Schema.optionalKey(Schema.Finite)
const OptionalFlag = Schema.optionalKey(Schema.Boolean)

/** The settings of a stream that matter here; the rest of the server's own JSON is kept as it came. */
export const StreamConfig = Schema.StructWithRest(
  Schema.Struct({
    name: Schema.String,
    subjects: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
    retention: Schema.optionalKey(Schema.String),
    storage: Schema.optionalKey(Schema.String),
    discard: Schema.optionalKey(Schema.String),
    discard_new_per_subject: OptionalFlag,
    num_replicas: OptionalInt,
    max_age: OptionalInt,
    max_msgs: OptionalInt,
    max_bytes: OptionalInt,
    max_msgs_per_subject: OptionalInt,
    max_msg_size: OptionalInt,
    subject_delete_marker_ttl: OptionalInt,
    no_ack: OptionalFlag,
    sealed: OptionalFlag,
    mirror_direct: OptionalFlag,
    allow_direct: OptionalFlag,
    allow_atomic: OptionalFlag,
    allow_msg_ttl: OptionalFlag,
    allow_rollup_hdrs: OptionalFlag,
    persist_mode: Schema.optionalKey(Schema.String),
    mirror: Schema.optionalKey(Schema.Unknown),
    sources: Schema.optionalKey(Schema.Unknown),
    subject_transform: Schema.optionalKey(Schema.Unknown),
    metadata: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.String)))
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

/** See {@link StreamConfig}. */
export type StreamConfig = typeof StreamConfig.Type

const StreamInfo = Schema.Struct({
  config: StreamConfig,
  created: Schema.String,
  /** The JetStream domain that it belongs to; none when the servers have no domain. */
  domain: Schema.optionalKey(Schema.String),
  /** The time at the leader when it answered. */
  ts: Schema.optionalKey(Schema.String),
  state: Schema.Struct({
    first_seq: Schema.Int,
    last_seq: Schema.Int,
    bytes: Schema.Finite,
    messages: Schema.optionalKey(Schema.Int)
  }),
  cluster: Schema.optionalKey(Schema.Struct({
    leader: Schema.optionalKey(Schema.String),
    replicas: Schema.optionalKey(Schema.NullOr(Schema.Array(
      Schema.Struct({ name: Schema.optionalKey(Schema.String), active: Schema.Finite })
    )))
  }))
})

/**
 * A stream as its leader describes it. `created` names its incarnation, `active` the nanoseconds since the leader last heard
 * from a replica, 0 when it has not yet.
 */
export type StreamInfo = typeof StreamInfo.Type

const StoredMessage = Schema.Struct({
  message: Schema.Struct({
    subject: Schema.String,
    seq: Schema.Int,
    time: Schema.String,
    hdrs: Schema.optionalKey(Schema.String),
    data: Schema.optionalKey(Schema.String)
  })
})

/** A message as the leader of a stream returns it; headers and data in base64. */
export type StoredMessage = (typeof StoredMessage.Type)["message"]

const ApiFailure = Schema.Struct({
  error: Schema.Struct({
    code: Schema.optionalKey(Schema.Int),
    err_code: Schema.optionalKey(Schema.Int),
    description: Schema.optionalKey(Schema.String)
  })
})

const isFailure = Schema.is(ApiFailure)
const hasError = (json: unknown) => typeof json === "object" && json !== null && "error" in json

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads the JSON answer of the JetStream API or a publish acknowledgement; an error in it becomes a {@link NatsError}, unless
 * `onError` makes something else of it.
 */
export const decodeAnswer = <A>(
  decode: (json: unknown) => Result.Result<A, unknown>,
  onError = (error: ApiError): Result.Result<A, NatsError> => Result.fail(fromApi(error))
) => {
  return (message: NatsMessage): Result.Result<A, NatsError> => {
    const json = parseJson(message.string())
    if (hasError(json) && isFailure(json)) return onError(json.error)
    return Result.mapError(decode(json), () =>
      new NatsError({
        reason: new Unexpected({ code: 0, detail: `an answer of unknown shape: ${message.string().slice(0, 200)}` })
      }))
  }
}

const decodeInfo = decodeAnswer(Schema.decodeUnknownResult(StreamInfo))
/** What the API says when there is no such message. */
const messageMissing = 10037

const readStored = Schema.decodeUnknownResult(CompiledSchemas.install(StoredMessage))

/** Of every new aggregate it is expected that there is no message; an error with its stack costs more than the rest of the answer. */
const decodeStored = decodeAnswer<StoredMessage | undefined>(
  (json) => Result.map(readStored(json), ({ message }) => message),
  (error) => error.err_code === messageMissing ? Result.succeed(undefined) : Result.fail(fromApi(error))
)

const call = <A>(
  socket: NatsSocket,
  subject: string,
  body: unknown,
  decode: (message: NatsMessage) => Result.Result<A, NatsError>
): Effect.Effect<A, NatsError> =>
  Effect.flatMap(
    socket.request(subject, body === undefined ? "" : JSON.stringify(body), { timeoutMillis: streamApiTimeoutMillis }),
    (message) => Effect.fromResult(decode(message))
  )

/** Describes a stream. Fails with `StreamMissing`. */
export const info = (socket: NatsSocket, stream: string): Effect.Effect<StreamInfo, NatsError> =>
  call(socket, `${socket.jetStreamApi}.STREAM.INFO.${stream}`, undefined, decodeInfo)

const StreamSubjects = Schema.Struct({
  total: OptionalInt,
  state: Schema.Struct({
    subjects: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Finite)))
  })
})

const decodeSubjects = decodeAnswer(Schema.decodeUnknownResult(StreamSubjects))

/** The literal subjects with messages that `filter` matches, as the leader knows them; it gives them in pages. */
export const subjectsOf = Effect.fnUntraced(function*(
  socket: NatsSocket,
  stream: string,
  filter: string
): Effect.fn.Return<ReadonlyArray<string>, NatsError> {
  const found = new Set<string>()
  while (true) {
    const request = { subjects_filter: filter, offset: found.size }
    const { state, total } = yield* call(
      socket,
      `${socket.jetStreamApi}.STREAM.INFO.${stream}`,
      request,
      decodeSubjects
    )
    const before = found.size
    for (const subject in state.subjects) found.add(subject)
    if (found.size === before || found.size >= (total ?? 0)) return [...found]
  }
})

/** Creates a stream; the same configuration twice is fine. */
export const create = (socket: NatsSocket, config: StreamConfig): Effect.Effect<StreamInfo, NatsError> =>
  changed(socket, "CREATE", config)

/** Replaces the configuration of a stream. */
export const update = (socket: NatsSocket, config: StreamConfig): Effect.Effect<StreamInfo, NatsError> =>
  changed(socket, "UPDATE", config)

/** What the broker says to a change lacks the domain of the stream, so the stream is described once more. */
const changed = (socket: NatsSocket, verb: "CREATE" | "UPDATE", config: StreamConfig) =>
  Effect.andThen(
    call(socket, `${socket.jetStreamApi}.STREAM.${verb}.${config.name}`, config, decodeInfo),
    info(socket, config.name)
  )

/** Which message the leader is asked for. */
export type LeaderQuery =
  | { readonly last_by_subj: string }
  | { readonly seq: number; readonly next_by_subj: string }
  | { readonly seq: number }

/** One message from the leader of a stream, `undefined` when there is none. */
export const leaderMessage = (
  socket: NatsSocket,
  stream: string,
  query: LeaderQuery
): Effect.Effect<StoredMessage | undefined, NatsError> =>
  call(socket, `${socket.jetStreamApi}.STREAM.MSG.GET.${stream}`, query, decodeStored)
