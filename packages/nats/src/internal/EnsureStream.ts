import { Effect } from "effect"
import { isAcceptedBrokerVersion, neededBrokerVersion } from "../BrokerVersion.ts"
import { BrokerTooOld, type EventStreamError, StreamUnusable } from "../EventStreamError.ts"
import { NatsConnection } from "../NatsConnection.ts"
import type { NatsError } from "../NatsError.ts"
import type { NatsSocket } from "../NatsSocket.ts"
import * as LogOnChange from "./LogOnChange.ts"
import { reconnectSchedule } from "./ReconnectSchedule.ts"
import { streamsOn } from "./SoleStream.ts"
import * as StreamApi from "./StreamApi.ts"
import { streamSettingsProblem } from "./StreamSettings.ts"

/** What a stream has to be, and what it is made with when it is missing. */
export interface WantedStream {
  readonly name: string
  /** Covers all subjects, for example `organization.events.>`. */
  readonly subjects: string
  /** Replicas of a new stream; by default 3 in a cluster, else 1. A present stream keeps its own. */
  readonly replicas?: number | undefined
  /** Messages kept per subject, -1 = all. For a new stream only. */
  readonly maxMessagesPerSubject: number
  /** Neither create nor change nor wait for anything. */
  readonly readOnly: boolean
}

/** The stream as it was found or made. */
export interface ReadyStream {
  readonly info: StreamApi.StreamInfo
  /** Abilities that are missing and could not be switched on, in words. */
  readonly degraded: ReadonlyArray<string>
}

/** Error code of a create request for a name that is taken with other settings. */
const nameInUse = 10058

const waitingFor = (url: string, error: NatsError): string => {
  switch (error.reason._tag) {
    case "NoResponders":
    case "NoJetStream":
      return `the broker at ${url} answers no JetStream requests: is JetStream enabled (-js)?`
    case "PlacementRefused":
      return `the broker at ${url} has no place for the stream yet: ${error.message}`
    default:
      return `the broker at ${url}: ${error.message}`
  }
}

/**
 * Waits until the broker answers JetStream requests, for ever, then finds or creates the stream, checks the version of
 * the broker that holds it, and switches on what reading and appending need. Limits and replicas of a present stream are
 * never touched.
 */
export const ensureStream = Effect.fnUntraced(function*(wanted: WantedStream) {
  const connection = yield* NatsConnection
  const logger = LogOnChange.make()
  const patiently = <A>(effect: Effect.Effect<A, EventStreamError>): Effect.Effect<A, EventStreamError> =>
    effect.pipe(
      Effect.tapError((error) =>
        error._tag === "NatsError" && error.isRetryable
          ? logger.log("Warn", waitingFor(connection.url, error))
          : Effect.void
      ),
      Effect.retry({
        while: (error: EventStreamError): boolean =>
          !wanted.readOnly && error._tag === "NatsError" && error.isRetryable,
        schedule: reconnectSchedule
      })
    )

  const refuseOld = (version: string, where: string) =>
    isAcceptedBrokerVersion(version)
      ? Effect.void
      : Effect.fail(
        new BrokerTooOld({ found: version === "" ? "unknown" : version, needed: neededBrokerVersion, where })
      )

  const createMissing = Effect.gen(function*() {
    const server = yield* connection.server
    yield* refuseOld(server.version, `server ${server.name}`)
    yield* refuseTaken(connection.main, wanted)
    const replicas = wanted.replicas ?? (server.cluster === undefined ? 1 : 3)
    const created = yield* StreamApi.create(connection.main, {
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
      allow_atomic: true
    })
    yield* Effect.logInfo(`created stream ${wanted.name} for ${wanted.subjects} with ${replicas} replica(s)`)
    return created
  })

  const findOrCreate = StreamApi.info(connection.main, wanted.name).pipe(
    Effect.catchReason(
      "NatsError",
      "StreamMissing",
      (): Effect.Effect<StreamApi.StreamInfo, EventStreamError> =>
        wanted.readOnly
          ? Effect.fail(new StreamUnusable({ stream: wanted.name, problem: "it does not exist" }))
          : createMissing
    ),
    // Another replica was faster and the settings differ, or the subjects belong to somebody else.
    Effect.catchReason(
      "NatsError",
      "Unexpected",
      (reason): Effect.Effect<StreamApi.StreamInfo, EventStreamError> =>
        reason.code === nameInUse
          ? StreamApi.info(connection.main, wanted.name)
          : Effect.fail(new StreamUnusable({ stream: wanted.name, problem: reason.message }))
    )
  )

  const found = yield* patiently(findOrCreate)
  const server = yield* connection.server
  const version = found.config.metadata?.["_nats.ver"]
  yield* version === undefined
    ? refuseOld(server.version, `server ${server.name}`)
    : refuseOld(version, `the server that holds stream ${wanted.name}`)

  const problem = streamSettingsProblem(found.config, wanted.subjects)
  if (problem !== undefined) return yield* new StreamUnusable({ stream: wanted.name, problem })
  return wanted.readOnly ? { info: found, degraded: [] } : yield* enable(found, patiently)
})

/** A stream in another JetStream domain cannot be seen, and keeps nobody from making a second one that stores the same. */
const refuseTaken = Effect.fnUntraced(function*(main: NatsSocket, { name, subjects }: WantedStream) {
  const [other] = yield* streamsOn(main, subjects, (names) => names.length > 0)
  if (other === undefined) return
  // Another replica may have been faster.
  const isHere = yield* Effect.match(StreamApi.info(main, name), {
    onSuccess: () => true,
    onFailure: ({ reason }) => reason._tag !== "StreamMissing"
  })
  if (isHere) return
  const problem = `it does not exist, and stream ${other} stores subjects that overlap with ${subjects}; ` +
    "where that one is of another JetStream domain, as behind a leaf node, name the domain by JETSTREAM_DOMAIN"
  return yield* new StreamUnusable({ stream: name, problem })
})

const abilities = ["allow_direct", "allow_atomic"] as const

const enable = Effect.fnUntraced(function*(
  found: StreamApi.StreamInfo,
  patiently: <A>(effect: Effect.Effect<A, EventStreamError>) => Effect.Effect<A, EventStreamError>
) {
  const connection = yield* NatsConnection
  const missing = abilities.filter((ability) => found.config[ability] !== true)
  if (missing.length === 0) return { info: found, degraded: [] } satisfies ReadyStream
  const { name } = found.config
  const patched = { ...found.config, ...Object.fromEntries(missing.map((ability) => [ability, true])) }
  return yield* patiently(StreamApi.update(connection.main, patched)).pipe(
    Effect.tap(() => Effect.logInfo(`switched on ${missing.join(" and ")} of stream ${name}`)),
    Effect.map((info): ReadyStream => ({ info, degraded: [] })),
    Effect.catchTag("NatsError", (error) =>
      Effect.succeed<ReadyStream>({
        info: found,
        degraded: missing.map((ability) =>
          `stream ${name}: ${ability} is off and cannot be switched on (${error.message})`
        )
      }))
  )
})
