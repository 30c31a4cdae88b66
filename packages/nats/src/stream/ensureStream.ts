import { Effect } from "effect"
import { isAcceptedBrokerVersion, neededBrokerVersion } from "../connection/brokerVersion.ts"
import * as LogOnChange from "../connection/LogOnChange.ts"
import { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import { reconnectSchedule } from "../connection/reconnectSchedule.ts"
import { byHand, createStream } from "./createStream.ts"
import { BrokerTooOld, type EventStreamError, StreamUnusable } from "./EventStreamError.ts"
import { streamsOn } from "./SoleStream.ts"
import * as StreamApi from "./StreamApi.ts"
import type { ReadyStream, WantedStream } from "./WantedStream.ts"

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
 * the broker that holds it, and switches on what reading and appending need. Limits of a present stream are never touched.
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

  const unusable = (problem: string) => Effect.fail(new StreamUnusable({ stream: wanted.name, problem }))

  const find = StreamApi.info(connection.main, wanted.name)

  const createMissing = Effect.gen(function*() {
    if (wanted.readOnly) return yield* unusable("it does not exist")
    const server = yield* connection.server
    yield* refuseOld(server.version, `server ${server.name}`)
    yield* refuseTaken(connection.main, wanted)
    const objection = yield* wanted.objection ?? Effect.undefined
    if (objection !== undefined) {
      // Others that start at the same time may have made it since, and what remembers it.
      return yield* Effect.catchReason(find, "NatsError", "StreamMissing", () => unusable(objection))
    }
    if (wanted.create === false) {
      const replicas = wanted.replicas ?? (server.cluster === undefined ? 1 : 3)
      return yield* unusable(
        "it does not exist, and CREATE_STREAMS=false; put it back with `nats stream restore`, " +
          `or make it with \`${byHand(wanted, replicas)}\``
      )
    }
    return yield* Effect.provideService(createStream(wanted), NatsConnection, connection)
  })

  const findOrCreate: Effect.Effect<StreamApi.StreamInfo, EventStreamError> = Effect.catchReason(
    find,
    "NatsError",
    "StreamMissing",
    () => createMissing
  )

  const found = yield* patiently(findOrCreate)
  const server = yield* connection.server
  const version = found.config.metadata?.["_nats.ver"]
  yield* version === undefined
    ? refuseOld(server.version, `server ${server.name}`)
    : refuseOld(version, `the server that holds stream ${wanted.name}`)

  const problem = wanted.problem(found.config, wanted.subjects)
  if (problem !== undefined) return yield* unusable(problem)
  return wanted.readOnly ? { info: found, degraded: [] } : yield* enable(wanted, found, patiently)
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

/** One change of a present stream, and what it does, in words. */
interface Change {
  readonly patch: Partial<StreamApi.StreamConfig>
  readonly done: string
  readonly refused: string
}

const changesOf = (wanted: WantedStream, { config }: StreamApi.StreamInfo): ReadonlyArray<Change> => {
  const { metadata = {}, replicasAtLeast = 1 } = wanted
  const replicas = config.num_replicas ?? 1
  const isRemembered = Object.entries(metadata).every(([key, value]) => config.metadata?.[key] === value)
  return [
    ...abilities.filter((ability) => config[ability] !== true).map((ability) => ({
      patch: { [ability]: true },
      done: `switched on ${ability}`,
      refused: `${ability} is off and cannot be switched on`
    })),
    ...(replicas < replicasAtLeast
      ? [{
        patch: { num_replicas: replicasAtLeast },
        done: `raised the replicas from ${replicas} to ${replicasAtLeast}`,
        refused: `it has ${replicas} replica(s), and cannot get ${replicasAtLeast}`
      }]
      : []),
    ...(isRemembered ? [] : [{
      patch: { metadata: { ...config.metadata, ...metadata } },
      done: "noted which stream of events it belongs to",
      refused: "it cannot be noted which stream of events it belongs to: one that is lost would be made anew"
    }])
  ]
}

const enable = Effect.fnUntraced(function*(
  wanted: WantedStream,
  found: StreamApi.StreamInfo,
  patiently: <A>(effect: Effect.Effect<A, EventStreamError>) => Effect.Effect<A, EventStreamError>
) {
  const connection = yield* NatsConnection
  const { name } = found.config
  let ready: ReadyStream = { info: found, degraded: [] }
  for (const { done, patch, refused } of changesOf(wanted, found)) {
    const { degraded, info } = ready
    const without = ({ message }: { readonly message: string }) =>
      Effect.succeed<ReadyStream>({ info, degraded: [...degraded, `stream ${name}: ${refused} (${message})`] })
    ready = yield* StreamApi.update(connection.main, { ...info.config, ...patch }).pipe(
      Effect.tap(() => Effect.logInfo(`stream ${name}: ${done}`)),
      Effect.map((changed): ReadyStream => ({ info: changed, degraded })),
      // A broker that is away may stay away; the stream is of use as it is.
      Effect.catchReason("NatsError", "PlacementRefused", without),
      patiently,
      Effect.catchTag("NatsError", without)
    )
  }
  return ready
})
