import {
  type ConcurrencyExhausted,
  type EventStore,
  makeCommandHandler,
  makeLoadRoom,
  makeSnapshotSweeper,
  makeTroubleLog,
  type Outcome,
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
import { Clock, Deferred, Effect, LogLevel, Metric, Result, type Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import { answerableError } from "./answerableError.ts"
import type { Settings } from "./Settings.ts"

/** Decisions for one command, conflicts with other replicas included, before it is answered CONCURRENCY_EXHAUSTED. */
export const maxDecisions = 8

/** An answer as it is sent. */
export type Answer = ReturnType<typeof encodeReply>

/** Answers command messages; see {@link makeReplica}. */
export interface Replica {
  /** Exactly one answer for each message, whatever it is. */
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
const saidByTheStore: ReadonlySet<string> = new Set(["StoreFull", "StoreUnusable", "PermissionRefused"])

const commands = Metric.counter("commands_total", { description: "Commands by type and outcome", incremental: true })

/**
 * The path of one command: decode, load, decide, append, answer.
 *
 * Needs the two stores and nothing else, so it runs in memory as it does on a broker.
 */
export const makeReplica = Effect.fnUntraced(function*(
  settings: Pick<
    Settings,
    "acceptLegacySubjects" | "cacheCapacity" | "cacheBytes" | "commandTimeoutMillis" | "maxInFlight" | "snapshotEvery"
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
  let answered = 0

  const decode = (message: CommandMessage) =>
    decodeCommandMessage(message, {
      acceptLegacySubjects: settings.acceptLegacySubjects,
      newId: SecureRandom.uuidV7Unsafe
    })

  const settle = Effect.fnUntraced(function*(request: CommandRequest) {
    const now = yield* Clock.currentTimeMillis
    const outcome = yield* handler.handle({
      aggregateId: request.organizationId,
      command: request.command,
      context: makeContext({ commandId: request.commandId, now }),
      dryRun: request.dryRun
    })
    troubles.works()
    return replyTo(request, outcome)
  }, (effect, request) =>
    Effect.catch(effect, (error) => {
      const reason = error._tag === "StoreError" ? error.reason : error
      return (saidByTheStore.has(reason._tag) ? Effect.void : troubles.found(unsettled(error, request))).pipe(
        Effect.andThen(reason._tag === "StoreMissing" ? Deferred.fail(streamGone, reason) : Effect.void),
        Effect.as(failureReply(request, answerableError(error, request.commandId), null))
      )
    }))

  const answer = Effect.fnUntraced(function*(message: CommandMessage) {
    const decoded = decode(message)
    const reply = Result.isSuccess(decoded)
      ? yield* settle(decoded.success)
      : failureReply(decoded.failure, decoded.failure.error, null)
    answered++
    yield* observe(reply)
    return encodeReply(reply, traceOf(decoded))
  })

  /** A refusal names the command as far as that is cheap to find out, so that a requester can match it. */
  const refusal = (error: OrganizationError) => {
    const refuse = makeRefusal(error)
    return (message: CommandMessage) => refuse(identifyCommandMessage(message, settings))
  }

  return {
    answer,
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
    annotations: { reason: error.message, command_id: commandId, organization_id: organizationId },
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
const counted = new Map<string, Effect.Effect<void>>()

const count = (command_type: string, outcome: string): Effect.Effect<void> => {
  const key = `${command_type} ${outcome}`
  const known = counted.get(key) ?? Metric.update(Metric.withAttributes(commands, { command_type, outcome }), 1)
  counted.set(key, known)
  return known
}

const observe = Effect.fnUntraced(function*(reply: CommandReply) {
  const outcome = reply.status === "ok" ? reply.outcome : reply.failure.code
  const command_type = reply.command_type ?? "unknown"
  yield* count(command_type, outcome)
  if (!(yield* LogLevel.isEnabled("Debug"))) return
  yield* Effect.annotateLogs(Effect.logDebug("command answered"), {
    command_type,
    outcome,
    command_id: reply.command_id,
    organization_id: reply.aggregate_id,
    version: reply.version,
    stream_sequence: reply.status === "ok" ? reply.stream_sequence : null
  })
})
