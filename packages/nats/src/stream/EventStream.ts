import type { Retention } from "@cim-domain/event-sourcing/EventStore"
import { StoreError, StoreMissing } from "@cim-domain/event-sourcing/StoreError"
import { Clock, Context, Duration, Effect, Layer, Option, Queue } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { toStoreError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import { ensureStream } from "./ensureStream.ts"
import type { EventStreamError, StreamUnusable } from "./EventStreamError.ts"
import { formerLife } from "./formerLife.ts"
import { listenForChanges } from "./listenForChanges.ts"
import { retentionOf } from "./retentionOf.ts"
import { makeSoleStream } from "./SoleStream.ts"
import * as StreamApi from "./StreamApi.ts"
import { makeStreamReach } from "./StreamReach.ts"
import { coverageProblem, streamSettingsProblem } from "./streamSettings.ts"
import { makeStreamWatch } from "./StreamWatch.ts"
import type { WantedStream } from "./WantedStream.ts"

/** Which stream holds the events. */
export interface EventStreamOptions {
  /** Name of the stream, for example `ORGANIZATION_EVENTS`. */
  readonly name: string
  /** What stands before `.<aggregate id>.<token>` in a subject, for example `organization.events`. */
  readonly subjectPrefix: string
  /** Replicas of a new stream. Default: 3, or as many as the cluster has brokers for. A present stream keeps its own. */
  readonly replicas?: number | undefined
  /** Whether a missing stream is created. Default true. */
  readonly create?: boolean | undefined
  /** The stream of the snapshots: while it remembers a stream of events that is missing now, no other one is created. */
  readonly snapshotStream?: string | undefined
  /**
   * For tools that only read: a missing stream is `StreamUnusable` and is not created, a present one is not changed, and
   * a broker without JetStream is not waited for. Default false.
   */
  readonly readOnly?: boolean | undefined
  /** How often {@link EventStream.watch} looks at the stream without being told of a change. Default 10 seconds. */
  readonly watchInterval?: Duration.Input | undefined
}

const watchIntervalDefault: Duration.Input = "10 seconds"

/** Pause between looks at a stream that is said to have changed: what was told may not be all of it. */
const lookAgain = Duration.millis(500)

/**
 * The stream of record, checked when the layer is built and looked at again by {@link EventStream.watch}.
 *
 * Waits for JetStream for ever, creates a missing stream (file storage, no limits) unless there was one before, and uses a
 * present one as its operator configured it, but for `allow_direct` and `allow_atomic`, which are switched on. Fails with
 * `BrokerTooOld`, `StreamUnusable`, or with a `NatsError` that waiting does not cure.
 */
export class EventStream extends Context.Service<EventStream, {
  readonly name: string
  readonly subjectPrefix: string
  /** When the stream was created, as the server writes it: changes when it is deleted and made anew. */
  readonly incarnation: string
  /** Replicas at the last look. */
  readonly replicas: number
  /** The JetStream domain that it belongs to, none when its servers have no domain. */
  readonly domain: string | undefined
  /** Another stream has answered to what was published for this one: {@link watch} fails. Called synchronously. */
  readonly reportElsewhere: (by: string) => void
  /** Whether another stream has answered: then nobody knows whose refusal it is. */
  readonly isShared: () => boolean
  /** Whether replicas may answer reads (`allow_direct`); otherwise only the leader does, one message at a time. */
  readonly allowDirect: boolean
  /** Whether several events could be appended at once (`allow_atomic`) at the last look. */
  readonly allowAtomic: boolean
  /** Settings that forget or endanger events, and abilities that are missing, at the last look; each is logged when it is new. */
  readonly warnings: ReadonlyArray<string>
  /** Why nothing may be appended to the stream or read from it, as its settings are since the last look. */
  readonly refusal: () => StoreError | undefined
  /** Whether the stream has limits that forget events, as the last look at it has found. */
  readonly mayForget: Effect.Effect<boolean>
  /** Asks the leader what the limits of the stream have forgotten and will forget next, `undefined` without such limits. */
  readonly retention: Effect.Effect<Retention | undefined, StoreError>
  /** Takes a look: asks the leader whether this very stream is still there, and how it is set. Fails with `StoreMissing`. */
  readonly check: Effect.Effect<void, StoreError>
  /** {@link check} that also fails with `StoreUnusable`. */
  readonly checkUse: Effect.Effect<void, StoreError>
  /**
   * Runs {@link check} at intervals and whenever the broker tells of a change, and never ends, but by failing with
   * `StoreMissing`, or with `StreamUnusable` once another stream has answered to what was published for this one. Failures that
   * pass are waited out.
   */
  readonly watch: Effect.Effect<never, StoreError | StreamUnusable>
}>()("@cim-domain/nats/stream/EventStream") {
  /** Finds or creates the stream and checks it. */
  static readonly layer = (
    options: EventStreamOptions
  ): Layer.Layer<EventStream, EventStreamError, NatsConnection> => Layer.effect(EventStream, make(options))
}

/** Replicas that a stream should have; more protect little more. */
const replicasEnough = 3

const make = Effect.fnUntraced(function*(options: EventStreamOptions) {
  const connection = yield* NatsConnection
  const subjects = `${options.subjectPrefix}.>`
  const { name, readOnly = false } = options
  const { degraded, info } = yield* ensureStream(wantedOf(options, subjects, connection.main))
  const server = yield* connection.server
  const possible = server.cluster === undefined ? 1 : Math.min(replicasEnough, server.brokers)
  const enough = options.replicas ?? possible
  const watched = yield* makeStreamWatch(
    info,
    subjects,
    problemOf(options),
    ({ config }) => [...degraded, ...shortcomings(config, info.config, options, enough)]
  )
  yield* Effect.forEach(watched.warnings(), (text) => Effect.logWarning(text), { discard: true })

  const sole = readOnly
    ? { report: () => {}, isShared: () => false, watch: Effect.never }
    : yield* makeSoleStream(connection, {
      name,
      subjects,
      domain: info.domain,
      replicas: info.config.num_replicas ?? 1
    })
  const missing = new StoreError({ reason: new StoreMissing({ store: name }) })
  const reach = yield* makeStreamReach(name, connection)
  const look = Effect.tap(
    reach(StreamApi.info(connection.main, name)),
    (now) => now.created === info.created ? watched.look(now) : Effect.void
  )
  const check = look.pipe(
    Effect.matchEffect({
      onSuccess: (now) => now.created === info.created ? Effect.void : Effect.fail(missing),
      onFailure: (error) => error.reason._tag === "StreamMissing" ? Effect.fail(missing) : Effect.void
    })
  )
  return EventStream.of({
    name,
    subjectPrefix: options.subjectPrefix,
    incarnation: info.created,
    get replicas() {
      return watched.replicas()
    },
    domain: info.domain,
    reportElsewhere: sole.report,
    isShared: sole.isShared,
    allowDirect: info.config.allow_direct === true,
    get allowAtomic() {
      return watched.allowAtomic()
    },
    get warnings() {
      return watched.warnings()
    },
    refusal: watched.refusal,
    mayForget: Effect.sync(watched.forgets),
    retention: Effect.zipWith(look, Clock.currentTimeMillis, retentionOf).pipe(
      Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, { _tag: "Read", store: name })))
    ),
    check,
    checkUse: Effect.andThen(check, Effect.suspend(() => failIf(watched.refusal()))),
    watch: Effect.raceFirst(
      Effect.scoped(watching(connection.main, name, check, options.watchInterval ?? watchIntervalDefault)),
      sole.watch
    )
  })
})

/** Abilities that were lost since the first look, and replicas that are missing, in words. */
const shortcomings = (
  config: StreamApi.StreamConfig,
  atFirst: StreamApi.StreamConfig,
  options: EventStreamOptions,
  enough: number
): ReadonlyArray<string> => {
  const { name, readOnly = false } = options
  const replicas = config.num_replicas ?? 1
  const lost = (["allow_direct", "allow_atomic"] as const).filter((each) => atFirst[each] && config[each] !== true)
  return [
    ...lost.map((each) =>
      `stream ${name}: ${each} was switched off, and is needed; a replica that starts switches it on`
    ),
    ...(replicas < enough && !readOnly
      ? [
        `stream ${name}: has ${replicas} replica(s), and ${
          options.replicas === undefined ? "the cluster could keep" : "STREAM_REPLICAS asks for"
        } ${enough} (num_replicas)`
      ]
      : [])
  ]
}

/** Looks at intervals, and whenever the broker tells of a change. */
const watching = Effect.fnUntraced(function*(
  main: NatsSocket,
  name: string,
  check: Effect.Effect<void, StoreError>,
  watchInterval: Duration.Input
) {
  const interval = Duration.fromInputUnsafe(watchInterval)
  const changed = yield* Queue.sliding<void>(1)
  yield* listenForChanges(main, name, changed)
  let pause = interval
  while (true) {
    const isTold = Option.isSome(yield* Effect.timeoutOption(Queue.take(changed), pause))
    yield* check
    pause = isTold ? Duration.min(lookAgain, interval) : interval
  }
})

const failIf = (refusal: StoreError | undefined) => refusal === undefined ? Effect.void : Effect.fail(refusal)

const problemOf = ({ readOnly = false }: EventStreamOptions) => readOnly ? coverageProblem : streamSettingsProblem

const wantedOf = (options: EventStreamOptions, subjects: string, main: NatsSocket): WantedStream => {
  const { name, readOnly = false, snapshotStream } = options
  return {
    name,
    subjects,
    replicas: options.replicas,
    maxMessagesPerSubject: -1,
    readOnly,
    create: options.create,
    objection: snapshotStream === undefined ? undefined : formerLife(main, name, snapshotStream),
    problem: problemOf(options)
  }
}
