import { Effect } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import { StreamUnusable } from "./EventStreamError.ts"
import * as StreamApi from "./StreamApi.ts"
import type { WantedStream } from "./WantedStream.ts"

/** Error code of a create request for a name that is taken with other settings. */
const nameInUse = 10058

/** Error code of a create request for a stream of any size in an account that wants to know the size. */
const maxBytesRequired = 10113

/** Error code of a create request for subjects that another stream has. */
const subjectsOverlap = 10065

/** Replicas to ask for, most wanted first: a cluster that is too small for the first gives the next. */
const replicasToAskFor = (wanted: WantedStream, isCluster: boolean): readonly [number, ...ReadonlyArray<number>] => {
  const first = wanted.replicas ?? (isCluster ? 3 : 1)
  return isGiven(wanted) ? [first] : [first, ...[2, 1].filter((fewer) => fewer < first)]
}

/** Whether somebody wants just so many replicas, not as many as can be had. */
const isGiven = ({ replicas, replicasAtLeast }: WantedStream) => replicas !== undefined && replicasAtLeast === undefined

/** How an operator makes the stream with the `nats` command. */
export const byHand = ({ maxMessagesPerSubject, name, subjects }: WantedStream, replicas: number, bytes?: string) =>
  [
    `nats stream add ${name} --subjects "${subjects}" --storage file --replicas ${replicas}`,
    ...(maxMessagesPerSubject > 0 ? [`--max-msgs-per-subject ${maxMessagesPerSubject}`] : []),
    ...(bytes === undefined ? [] : [`--discard ${maxMessagesPerSubject > 0 ? "old" : "new"} --max-bytes ${bytes}`]),
    "--allow-batch --defaults"
  ].join(" ")

/** What helps against a refusal, as the end of a sentence. */
const helpFor = (wanted: WantedStream, error: NatsError, replicas: number): string => {
  const { reason } = error
  if (reason._tag === "PlacementRefused") return "; STREAM_REPLICAS says how many replicas to ask for"
  if (reason._tag === "StreamFull") return "; the limits of the account or of the broker's storage have no room for it"
  if (reason._tag !== "Unexpected") return ""
  if (reason.code === maxBytesRequired) {
    const bytes = wanted.maxMessagesPerSubject > 0 ? "1GB" : "10GB"
    return `; make it yourself, with a size that it does not outgrow: ${byHand(wanted, replicas, bytes)}`
  }
  return reason.code === subjectsOverlap
    ? `; nats stream find --subject "${wanted.subjects}" says which one has them`
    : ""
}

/**
 * Creates a stream, with as many of the wanted replicas as the cluster has brokers for. One that somebody else was faster to
 * create is taken as it is. Whatever waiting does not cure is `StreamUnusable` in the broker's words, but for permissions.
 */
export const createStream = Effect.fnUntraced(function*(wanted: WantedStream) {
  const connection = yield* NatsConnection
  const { cluster } = yield* connection.server
  const [first, ...fewer] = replicasToAskFor(wanted, cluster !== undefined)

  const ask = (replicas: number): Effect.Effect<StreamApi.StreamInfo, NatsError> =>
    StreamApi.create(connection.main, {
      name: wanted.name,
      subjects: [wanted.subjects],
      retention: "limits",
      storage: "file",
      discard: wanted.maxMessagesPerSubject > 0 ? "old" : "new",
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      max_msgs_per_subject: wanted.maxMessagesPerSubject,
      num_replicas: replicas,
      allow_direct: true,
      allow_atomic: true,
      ...(wanted.metadata === undefined ? {} : { metadata: wanted.metadata })
    }).pipe(
      Effect.tap(() =>
        Effect.logInfo(`created stream ${wanted.name} for ${wanted.subjects} with ${replicas} replica(s)`)
      )
    )

  const asking = fewer.reduce(
    (asked, replicas) =>
      Effect.catchTag(
        asked,
        "NatsError",
        (error) => error.reason._tag === "PlacementRefused" && error.reason.forGood ? ask(replicas) : Effect.fail(error)
      ),
    ask(first)
  )
  return yield* asking.pipe(
    Effect.catchTag("NatsError", (error): Effect.Effect<StreamApi.StreamInfo, NatsError | StreamUnusable> => {
      const { reason } = error
      if (reason._tag === "Unexpected" && reason.code === nameInUse) return StreamApi.info(connection.main, wanted.name)
      const isForGood = reason._tag === "PlacementRefused" && reason.forGood && isGiven(wanted)
      if ((error.isRetryable && !isForGood) || reason._tag === "PermissionRefused") return Effect.fail(error)
      const problem = `the broker does not create it: ${error.message}${helpFor(wanted, error, first)}`
      return Effect.fail(new StreamUnusable({ stream: wanted.name, problem }))
    })
  )
})
