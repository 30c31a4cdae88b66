import {
  type ConcurrencyExhausted,
  type EventStore,
  makeCommandHandler,
  makeLoadRoom,
  makeSnapshotSweeper,
  makeTroubleLog,
  type Outcome,
  type Settlement,
  type SnapshotStore,
  type StoreError,
  type StoreMissing,
  type Trouble
} from "@cim-domain/event-sourcing"
import { Cause, Clock, Context, Deferred, Effect, Exit, LogLevel, Metric, Result, type Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import type { AnyAggregate } from "../Aggregate.ts"
import type { Policy } from "../DecideContext.ts"
import type { Catalog } from "../definition/Catalog.ts"
import { internal, overloaded, type ServiceError } from "../errors/serviceErrors.ts"
import type { CommandReply, EncodedReply, Replies } from "../protocol/CommandReply.ts"
import type { CommandMessage, CommandRequest, FailedRequest } from "../protocol/CommandRequest.ts"
import type { AnyError } from "../Rejection.ts"
import { answerableError } from "./answerableError.ts"

/** Decisions for one command, conflicts with other replicas included, before it is answered CONCURRENCY_EXHAUSTED. */
export const maxDecisions = 8

/** What a replica is told. */
export interface ReplicaOptions<Limits> {
  /** Whether subjects with an id or a command alone are accepted. */
  readonly acceptLegacySubjects: boolean
  /** Bytes of states that are kept in memory; an aggregate that alone takes more is not loaded. */
  readonly cacheBytes: number
  /** Aggregates whose state is kept in memory. */
  readonly cacheCapacity: number
  /** Milliseconds after which a command that cannot be settled is answered `StoreUnavailable`. */
  readonly commandTimeoutMillis: number
  /** Commands that are worked on at a time, for the answer to those beyond. */
  readonly maxInFlight: number
  /** Events of one aggregate between two snapshots. */
  readonly snapshotEvery: number
  /** Bounds of the domain; those of its definition where there are no others. */
  readonly limits?: Limits | undefined
  /** Who may do what. Default: everybody everything. */
  readonly policy?: Policy | undefined
  /** Names what comes without an id. Default: a UUID of version 7. */
  readonly newId?: (() => string) | undefined
}

/** What a replica goes by when nobody says otherwise. */
export const replicaDefaults: ReplicaOptions<never> = {
  acceptLegacySubjects: true,
  cacheBytes: 64_000_000,
  cacheCapacity: 10_000,
  commandTimeoutMillis: 4_000,
  maxInFlight: 256,
  snapshotEvery: 100
}

/** Answers command messages; see {@link makeReplica}. */
export interface Replica {
  /**
   * Exactly one answer for each message, whatever it is, unless it is given up by what this gives; told by a callback, perhaps
   * at once. Dies of a mistake in the domain.
   */
  readonly take: (
    message: CommandMessage,
    services: Context.Context<never>,
    respond: (exit: Exit.Exit<EncodedReply>) => void
  ) => (() => void) | void
  /** As `take`. */
  readonly answer: (message: CommandMessage) => Effect.Effect<EncodedReply>
  /** The answer to a message that there is no room for. */
  readonly refuse: (message: CommandMessage) => EncodedReply
  /** The answer when the answer itself cannot be made or sent. */
  readonly fail: (message: CommandMessage) => EncodedReply
  /** Messages answered so far, refusals not counted. */
  readonly answered: Effect.Effect<number>
  /** Saves snapshots before the event stream forgets what is in them, for ever. */
  readonly sweepSnapshots: Effect.Effect<never>
  /** Fails when a command finds that the event stream is gone. */
  readonly streamGone: Effect.Effect<never, StoreMissing>
}

/** Reasons that last, which the store says once when they begin and once when they are over. */
const saidByTheStore: ReadonlySet<string> = new Set([
  "StoreFull",
  "StoreUnusable",
  "PermissionRefused",
  "AtomicAppendRefused"
])

const commands = Metric.counter("commands_total", { description: "Commands by type and outcome", incremental: true })

/**
 * The path of one command: decode, load, decide, append, answer.
 *
 * Needs the two stores and nothing else, so it runs in memory as it does on a broker.
 *
 * ```ts
 * const replica = yield* makeReplica(Shelf, replicaDefaults)
 * const { body } = yield* replica.answer({ subject, body, header: () => undefined })
 * ```
 */
export const makeReplica = Effect.fnUntraced(function*(
  aggregate: AnyAggregate,
  options: ReplicaOptions<any>
): Effect.fn.Return<Replica, never, EventStore | SnapshotStore | Scope.Scope> {
  const { catalog, limits, makeContext, reader, replies, sizeOf } = aggregate
  const { encodeReply, failureReply, makeRefusal } = replies
  const domain = {
    decider: aggregate.decider,
    events: aggregate.events,
    states: aggregate.states,
    ...sizeOf !== undefined && { cacheSize: { max: options.cacheBytes, sizeOf } },
    room: yield* makeLoadRoom
  }
  const sweeper = yield* makeSnapshotSweeper(domain)
  const handler = yield* makeCommandHandler({
    ...domain,
    cacheCapacity: options.cacheCapacity,
    snapshotEvery: options.snapshotEvery,
    maxDecisions,
    timeout: options.commandTimeoutMillis
  })
  const streamGone = yield* Deferred.make<never, StoreMissing>()
  const troubles = yield* makeTroubleLog
  const isDebug = yield* LogLevel.isEnabled("Debug")
  const bounds = options.limits ?? limits
  let answered = 0

  const decode = (message: CommandMessage) =>
    reader.decodeCommandMessage(message, {
      acceptLegacySubjects: options.acceptLegacySubjects,
      newId: options.newId ?? SecureRandom.uuidV7Unsafe
    })

  /** What a requester is told of a failure; the log is told more. */
  const failure = (
    request: CommandRequest,
    error: StoreError | ConcurrencyExhausted,
    services: Context.Context<never>
  ): CommandReply => {
    const reason = error._tag === "StoreError" ? error.reason : error
    const said = saidByTheStore.has(reason._tag) ? Effect.void : troubles.found(unsettled(catalog, error, request))
    Effect.runForkWith(services)(
      reason._tag === "StoreMissing" ? Effect.andThen(said, Deferred.fail(streamGone, reason)) : said
    )
    return failureReply(request, answerableError(catalog, error, request.commandId), null)
  }

  const take: Replica["take"] = (message, services, respond) => {
    try {
      return takeDecoded(decode(message), services, respond)
    } catch (defect) {
      respond(Exit.die(defect))
    }
  }

  const takeDecoded = (
    decoded: ReturnType<typeof decode>,
    services: Context.Context<never>,
    respond: (exit: Exit.Exit<EncodedReply>) => void
  ) => {
    const say = (reply: CommandReply) => {
      answered++
      observe(catalog.idField, reply, services, isDebug)
      respond(Exit.succeed(encodeReply(reply, traceOf(decoded))))
    }
    if (Result.isFailure(decoded)) return say(failureReply(decoded.failure, decoded.failure.error, null))
    const request = decoded.success
    const settled = (exit: Settlement<AnyError>) => {
      if (Exit.isSuccess(exit)) {
        troubles.works()
        return say(replyTo(replies, request, exit.value))
      }
      const error = exit.cause.reasons.find(Cause.isFailReason)?.error
      if (error !== undefined) say(failure(request, error, services))
      else respond(Exit.failCause(exit.cause as Cause.Cause<never>))
    }
    return handler.take(
      {
        aggregateId: request.aggregateId,
        command: request.command,
        context: makeContext({
          commandId: request.commandId,
          limits: bounds,
          now: Context.get(services, Clock.Clock).currentTimeMillisUnsafe(),
          policy: options.policy
        }),
        dryRun: request.dryRun
      },
      services,
      (exit) => {
        try {
          settled(exit)
        } catch (defect) {
          respond(Exit.die(defect))
        }
      }
    )
  }

  const answer = (message: CommandMessage): Effect.Effect<EncodedReply> =>
    Effect.contextWith((services: Context.Context<never>) =>
      Effect.callback((resume) => {
        const giveUp = take(message, services, resume)
        return giveUp === undefined ? undefined : Effect.sync(giveUp)
      })
    )

  /** A refusal names the command as far as that is cheap to find out, so that a requester can match it. */
  const refusal = (error: ServiceError) => {
    const refuse = makeRefusal(error)
    return (message: CommandMessage) => refuse(reader.identifyCommandMessage(message, options))
  }

  return {
    answer,
    take,
    refuse: refusal(overloaded(options.maxInFlight)),
    fail: refusal(internal()),
    answered: Effect.sync(() => answered),
    sweepSnapshots: sweeper.run,
    streamGone: Deferred.await(streamGone)
  }
})

/** How long nobody must have asked for an aggregate that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** Said once for each reason, with one command as an example; of a history that is lost once for each aggregate. */
const unsettled = (
  { idField }: Catalog,
  error: StoreError | ConcurrencyExhausted,
  { aggregateId, commandId }: CommandRequest
): Trouble => {
  const reason = error._tag === "StoreError" ? error.reason._tag : error._tag
  const isLost = reason === "HistoryTruncated"
  return {
    key: isLost ? `${reason} ${aggregateId}` : reason,
    level: needsOperator.has(reason) ? "Error" : "Warn",
    message: "command not settled",
    annotations: {
      reason: error.message,
      command_id: commandId,
      [idField]: aggregateId,
      ...error._tag === "StoreError" && error.mayBeStored === true && { may_be_stored: true }
    },
    over: (count) =>
      isLost
        ? `no command to ${aggregateId} for a while: ${count} were not settled (${reason})`
        : `commands are settled again: ${count} were not (${reason})`,
    lasts: !isLost,
    ...isLost && { quietMillis: lostQuietMillis }
  }
}

/** Reasons that do not pass by themselves. */
const needsOperator: ReadonlySet<string> = new Set<StoreError["reason"]["_tag"]>([
  "PermissionRefused",
  "StoreFull",
  "StoreMissing",
  "HistoryTruncated",
  "UnexpectedAnswer"
])

const traceOf = (decoded: Result.Result<CommandRequest, FailedRequest>) => Result.merge(decoded).trace

const replyTo = (
  { failureReply, successReply }: Replies,
  request: CommandRequest,
  outcome: Outcome<AnyError>
): CommandReply => {
  const { version } = outcome
  switch (outcome._tag) {
    case "Applied":
      return successReply(request, { outcome: "applied", version, events: outcome.events })
    case "Duplicate":
      return successReply(request, { outcome: "duplicate", version, events: outcome.events })
    case "NoChange":
      return successReply(request, { outcome: "no_change", version, events: [] })
    case "WouldApply":
      return successReply(request, { outcome: "dry_run", version, events: outcome.events })
    case "Rejected":
      return failureReply(request, outcome.rejection, version)
  }
}

/** One counter for each type of command and outcome: there are as many as the catalogue has. */
const counters = new Map<string, Metric.Counter<number>>()

const observe = (
  idField: string,
  reply: CommandReply,
  services: Context.Context<never>,
  isDebug: boolean
): void => {
  const outcome = reply.status === "ok" ? reply.outcome : reply.failure.code
  const command_type = reply.command_type ?? "unknown"
  const key = `${command_type} ${outcome}`
  const counter = counters.get(key) ?? Metric.withAttributes(commands, { command_type, outcome })
  counters.set(key, counter)
  counter.updateUnsafe(1, services)
  if (!isDebug) return
  Effect.runForkWith(services)(Effect.annotateLogs(Effect.logDebug("command answered"), {
    command_type,
    outcome,
    command_id: reply.command_id,
    [idField]: reply.aggregate_id,
    version: reply.version,
    stream_sequence: reply.status === "ok" ? reply.stream_sequence : null
  }))
}
