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
import {
  type CommandMessage,
  type CommandReply,
  type CommandRequest,
  decodeCommandMessage,
  encodeReply,
  type FailedRequest,
  failureReply,
  identifyCommandMessage,
  internal,
  makeContext,
  makeRefusal,
  memoryOf,
  organization,
  type OrganizationError,
  organizationEventCodec,
  organizationStateCodec,
  overloaded,
  successReply
} from "@cim-domain/organization"
import { Cause, Clock, Context, Deferred, Effect, Exit, LogLevel, Metric, Result, type Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import { answerableError } from "./answerableError.ts"
import type { Settings } from "./Settings.ts"

/** Decisions for one command, conflicts with other replicas included, before it is answered CONCURRENCY_EXHAUSTED. */
export const maxDecisions = 8

/** An answer as it is sent. */
export type Answer = ReturnType<typeof encodeReply>

/** Answers command messages; see {@link makeReplica}. */
export interface Replica {
  /**
   * Exactly one answer for each message, whatever it is, unless it is given up by what this gives; told by a callback, perhaps
   * at once. Dies of a mistake in the domain.
   */
  readonly take: (
    message: CommandMessage,
    services: Context.Context<never>,
    respond: (exit: Exit.Exit<Answer>) => void
  ) => (() => void) | void
  /** As `take`. */
  readonly answer: (message: CommandMessage) => Effect.Effect<Answer>
  /** The answer to a message that there is no room for. */
  readonly refuse: (message: CommandMessage) => Answer
  /** The answer when the answer itself cannot be made or sent. */
  readonly fail: (message: CommandMessage) => Answer
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
 */
export const makeReplica = Effect.fnUntraced(function*(
  settings: Pick<
    Settings,
    | "acceptLegacySubjects"
    | "cacheBytes"
    | "cacheCapacity"
    | "commandTimeoutMillis"
    | "maxInFlight"
    | "organizationBytes"
    | "snapshotEvery"
  >
): Effect.fn.Return<Replica, never, EventStore | SnapshotStore | Scope.Scope> {
  const domain = {
    decider: organization,
    events: organizationEventCodec,
    states: organizationStateCodec,
    cacheSize: { max: settings.cacheBytes, sizeOf: memoryOf },
    room: yield* makeLoadRoom
  }
  const sweeper = yield* makeSnapshotSweeper(domain)
  const handler = yield* makeCommandHandler({
    ...domain,
    cacheCapacity: settings.cacheCapacity,
    snapshotEvery: settings.snapshotEvery,
    maxDecisions,
    timeout: settings.commandTimeoutMillis
  })
  const streamGone = yield* Deferred.make<never, StoreMissing>()
  const troubles = yield* makeTroubleLog
  const isDebug = yield* LogLevel.isEnabled("Debug")
  const limits = { organizationBytes: settings.organizationBytes }
  let answered = 0

  const decode = (message: CommandMessage) =>
    decodeCommandMessage(message, {
      acceptLegacySubjects: settings.acceptLegacySubjects,
      newId: SecureRandom.uuidV7Unsafe
    })

  /** What a requester is told of a failure; the log is told more. */
  const failure = (
    request: CommandRequest,
    error: StoreError | ConcurrencyExhausted,
    services: Context.Context<never>
  ): CommandReply => {
    const reason = error._tag === "StoreError" ? error.reason : error
    const said = saidByTheStore.has(reason._tag) ? Effect.void : troubles.found(unsettled(error, request))
    Effect.runForkWith(services)(
      reason._tag === "StoreMissing" ? Effect.andThen(said, Deferred.fail(streamGone, reason)) : said
    )
    return failureReply(request, answerableError(error, request.commandId), null)
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
    respond: (exit: Exit.Exit<Answer>) => void
  ) => {
    const say = (reply: CommandReply) => {
      answered++
      observe(reply, services, isDebug)
      respond(Exit.succeed(encodeReply(reply, traceOf(decoded))))
    }
    if (Result.isFailure(decoded)) return say(failureReply(decoded.failure, decoded.failure.error, null))
    const request = decoded.success
    const settled = (exit: Settlement<OrganizationError>) => {
      if (Exit.isSuccess(exit)) {
        troubles.works()
        return say(replyTo(request, exit.value))
      }
      const error = exit.cause.reasons.find(Cause.isFailReason)?.error
      if (error !== undefined) say(failure(request, error, services))
      else respond(Exit.failCause(exit.cause as Cause.Cause<never>))
    }
    return handler.take(
      {
        aggregateId: request.organizationId,
        command: request.command,
        context: makeContext({
          commandId: request.commandId,
          limits,
          now: Context.get(services, Clock.Clock).currentTimeMillisUnsafe()
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

  const answer = (message: CommandMessage): Effect.Effect<Answer> =>
    Effect.contextWith((services: Context.Context<never>) =>
      Effect.callback((resume) => {
        const giveUp = take(message, services, resume)
        return giveUp === undefined ? undefined : Effect.sync(giveUp)
      })
    )

  /** A refusal names the command as far as that is cheap to find out, so that a requester can match it. */
  const refusal = (error: OrganizationError) => {
    const refuse = makeRefusal(error)
    return (message: CommandMessage) => refuse(identifyCommandMessage(message, settings))
  }

  return {
    answer,
    take,
    refuse: refusal(overloaded(settings.maxInFlight)),
    fail: refusal(internal()),
    answered: Effect.sync(() => answered),
    sweepSnapshots: sweeper.run,
    streamGone: Deferred.await(streamGone)
  }
})

/** How long nobody must have asked for an organization that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** Said once for each reason, with one command as an example; of a history that is lost once for each organization. */
const unsettled = (
  error: StoreError | ConcurrencyExhausted,
  { commandId, organizationId }: CommandRequest
): Trouble => {
  const reason = error._tag === "StoreError" ? error.reason._tag : error._tag
  const isLost = reason === "HistoryTruncated"
  return {
    key: isLost ? `${reason} ${organizationId}` : reason,
    level: needsOperator.has(reason) ? "Error" : "Warn",
    message: "command not settled",
    annotations: {
      reason: error.message,
      command_id: commandId,
      organization_id: organizationId,
      ...error._tag === "StoreError" && error.mayBeStored === true && { may_be_stored: true }
    },
    over: (count) =>
      isLost
        ? `no command to ${organizationId} for a while: ${count} were not settled (${reason})`
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

const replyTo = (request: CommandRequest, outcome: Outcome<OrganizationError>): CommandReply => {
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

const observe = (reply: CommandReply, services: Context.Context<never>, isDebug: boolean): void => {
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
    organization_id: reply.aggregate_id,
    version: reply.version,
    stream_sequence: reply.status === "ok" ? reply.stream_sequence : null
  }))
}
