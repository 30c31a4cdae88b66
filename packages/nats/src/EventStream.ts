import type { Retention } from "@cim-domain/event-sourcing/EventStore"
import { StoreError, StoreMissing } from "@cim-domain/event-sourcing/StoreError"
import { Clock, Context, Duration, Effect, Layer } from "effect"
import type { EventStreamError, StreamUnusable } from "./EventStreamError.ts"
import { ensureStream } from "./internal/EnsureStream.ts"
import { forgets, retentionOf } from "./internal/Retention.ts"
import { makeSoleStream } from "./internal/SoleStream.ts"
import * as StreamApi from "./internal/StreamApi.ts"
import { makeStreamReach } from "./internal/StreamReach.ts"
import { streamSettingsWarnings } from "./internal/StreamSettings.ts"
import { NatsConnection } from "./NatsConnection.ts"
import { toStoreError } from "./NatsError.ts"

/** Which stream holds the events. */
export interface EventStreamOptions {
  /** Name of the stream, for example `ORGANIZATION_EVENTS`. */
  readonly name: string
  /** What stands before `.<aggregate id>.<token>` in a subject, for example `organization.events`. */
  readonly subjectPrefix: string
  /** Replicas of a new stream. Default: 3 in a cluster, else 1. A present stream keeps its own. */
  readonly replicas?: number | undefined
  /**
   * For tools that only read: a missing stream is `StreamUnusable` and is not created, a present one is not changed, and
   * a broker without JetStream is not waited for. Default false.
   */
  readonly readOnly?: boolean | undefined
  /** How often {@link EventStream.watch} looks whether the stream is still there. Default 10 seconds. */
  readonly watchInterval?: Duration.Input | undefined
}

const watchIntervalDefault: Duration.Input = "10 seconds"

/**
 * The stream of record, checked once when the layer is built.
 *
 * Waits for JetStream for ever, creates a missing stream (file storage, no limits), and uses a present one as its operator
 * configured it, but for `allow_direct` and `allow_atomic`, which are switched on. Fails with `BrokerTooOld`,
 * `StreamUnusable`, or with a `NatsError` that waiting does not cure.
 */
export class EventStream extends Context.Service<EventStream, {
  readonly name: string
  readonly subjectPrefix: string
  /** When the stream was created, as the server writes it: changes when it is deleted and made anew. */
  readonly incarnation: string
  readonly replicas: number
  /** The JetStream domain that it belongs to, none when its servers have no domain. */
  readonly domain: string | undefined
  /** Another stream has answered to what was published for this one: {@link watch} fails. Called synchronously. */
  readonly reportElsewhere: (by: string) => void
  /** Whether another stream has answered: then nobody knows whose refusal it is. */
  readonly isShared: () => boolean
  /** Whether replicas may answer reads (`allow_direct`); otherwise only the leader does, one message at a time. */
  readonly allowDirect: boolean
  /** Whether several events can be appended at once (`allow_atomic`). */
  readonly allowAtomic: boolean
  /** Settings that forget or endanger events, and abilities that are missing; also logged at start. */
  readonly warnings: ReadonlyArray<string>
  /** Whether the stream has limits that forget events, as the last look at it has found. */
  readonly mayForget: Effect.Effect<boolean>
  /** Asks the leader what the limits of the stream have forgotten and will forget next, `undefined` without such limits. */
  readonly retention: Effect.Effect<Retention | undefined, StoreError>
  /** Asks the leader whether this very stream is still there. Fails with `StoreMissing` when it is not. */
  readonly check: Effect.Effect<void, StoreError>
  /**
   * Runs {@link check} at intervals and never ends, but by failing with `StoreMissing`, or with `StreamUnusable` once another
   * stream has answered to what was published for this one. Failures that pass are waited out.
   */
  readonly watch: Effect.Effect<never, StoreError | StreamUnusable>
}>()("@cim-domain/nats/EventStream") {
  /** Finds or creates the stream and checks it. */
  static readonly layer = (
    options: EventStreamOptions
  ): Layer.Layer<EventStream, EventStreamError, NatsConnection> => Layer.effect(EventStream, make(options))
}

const make = Effect.fnUntraced(function*(options: EventStreamOptions) {
  const connection = yield* NatsConnection
  const subjects = `${options.subjectPrefix}.>`
  const { degraded, info } = yield* ensureStream({
    name: options.name,
    subjects,
    replicas: options.replicas,
    maxMessagesPerSubject: -1,
    readOnly: options.readOnly ?? false
  })
  const found = [...streamSettingsWarnings(info.config, subjects), ...degraded]
  yield* Effect.forEach(found, (text) => Effect.logWarning(text), { discard: true })

  const sole = options.readOnly === true
    ? { report: () => {}, isShared: () => false, watch: Effect.never }
    : yield* makeSoleStream(connection, {
      name: options.name,
      subjects,
      domain: info.domain,
      replicas: info.config.num_replicas ?? 1
    })
  const missing = new StoreError({ reason: new StoreMissing({ store: options.name }) })
  let forgetsByLimits = forgets(info.config)
  const reach = yield* makeStreamReach(options.name, connection)
  const look = Effect.tap(reach(StreamApi.info(connection.main, options.name)), ({ config }) =>
    Effect.sync(() => {
      forgetsByLimits = forgets(config)
    }))
  const check = look.pipe(
    Effect.matchEffect({
      onSuccess: (now) => now.created === info.created ? Effect.void : Effect.fail(missing),
      onFailure: (error) => error.reason._tag === "StreamMissing" ? Effect.fail(missing) : Effect.void
    })
  )
  return EventStream.of({
    name: options.name,
    subjectPrefix: options.subjectPrefix,
    incarnation: info.created,
    replicas: info.config.num_replicas ?? 1,
    domain: info.domain,
    reportElsewhere: sole.report,
    isShared: sole.isShared,
    allowDirect: info.config.allow_direct === true,
    allowAtomic: info.config.allow_atomic === true,
    warnings: found,
    mayForget: Effect.sync(() => forgetsByLimits),
    retention: Effect.zipWith(look, Clock.currentTimeMillis, retentionOf).pipe(
      Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, { _tag: "Read", store: options.name })))
    ),
    check,
    watch: Effect.raceFirst(
      Effect.forever(Effect.andThen(Effect.sleep(options.watchInterval ?? watchIntervalDefault), check)),
      sole.watch
    )
  })
})
