import {
  type EventStore,
  makeCommandHandler,
  makeSnapshotSweeper,
  type Outcome,
  type SnapshotStore,
  type StoreMissing
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
  organization,
  type OrganizationError,
  organizationEventCodec,
  organizationStateCodec,
  overloaded,
  recordsOf,
  successReply
} from "@cim-domain/organization"
import { Clock, type Context, Deferred, Effect, Exit, LogLevel, Metric, Result, type Scope } from "effect"
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
  /** As `answer`, told by a callback. */
  readonly take: (message: CommandMessage, services: Context.Context<never>, onAnswer: (answer: Answer) => void) => void
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

const commands = Metric.counter("commands_total", { description: "Commands by type and outcome", incremental: true })

/**
 * The path of one command: decode, load, decide, append, answer.
 *
 * Needs the two stores and nothing else, so it runs in memory as it does on a broker.
 */
export const makeReplica = Effect.fnUntraced(function*(
  settings: Pick<
    Settings,
    "acceptLegacySubjects" | "cacheCapacity" | "cacheRecords" | "commandTimeoutMillis" | "maxInFlight" | "snapshotEvery"
  >
): Effect.fn.Return<Replica, never, EventStore | SnapshotStore | Scope.Scope> {
  const domain = { decider: organization, events: organizationEventCodec, states: organizationStateCodec }
  const sweeper = yield* makeSnapshotSweeper(domain)
  const handler = yield* makeCommandHandler({
    ...domain,
    cacheCapacity: settings.cacheCapacity,
    cacheSize: { max: settings.cacheRecords, sizeOf: recordsOf },
    snapshotEvery: settings.snapshotEvery,
    maxDecisions,
    timeout: settings.commandTimeoutMillis
  })
  const streamGone = yield* Deferred.make<never, StoreMissing>()
  const isDebug = yield* LogLevel.isEnabled("Debug")
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
    return replyTo(request, outcome)
  }, (effect, request) =>
    Effect.catch(effect, (error) => {
      const reason = error._tag === "StoreError" ? error.reason : error
      return Effect.logWarning("command not settled").pipe(
        Effect.annotateLogs({
          reason: error.message,
          command_id: request.commandId,
          organization_id: request.organizationId
        }),
        Effect.andThen(reason._tag === "StoreMissing" ? Deferred.fail(streamGone, reason) : Effect.void),
        Effect.as(failureReply(request, answerableError(error, request.commandId), null))
      )
    }))

  const settled = (request: CommandRequest, exit: Exit.Exit<Outcome<OrganizationError>, any>) =>
    Effect.catch(
      Effect.map(exit as Effect.Effect<Outcome<OrganizationError>, any>, (outcome) => replyTo(request, outcome)),
      (error: any) => {
        const reason = error._tag === "StoreError" ? error.reason : error
        return Effect.logWarning("command not settled").pipe(
          Effect.annotateLogs({
            reason: error.message,
            command_id: request.commandId,
            organization_id: request.organizationId
          }),
          Effect.andThen(reason._tag === "StoreMissing" ? Deferred.fail(streamGone, reason) : Effect.void),
          Effect.as(failureReply(request, answerableError(error, request.commandId), null))
        )
      }
    )

  const answer = Effect.fnUntraced(function*(message: CommandMessage) {
    const decoded = decode(message)
    const reply = Result.isSuccess(decoded)
      ? yield* settle(decoded.success)
      : failureReply(decoded.failure, decoded.failure.error, null)
    answered++
    yield* observe(reply)
    return encodeReply(reply, traceOf(decoded))
  })

  const take: Replica["take"] = (message, services, onAnswer) => {
    const decoded = decode(message)
    const say = (reply: CommandReply) => {
      answered++
      if (isDebug) Effect.runForkWith(services)(observe(reply))
      else counterOf(reply).updateUnsafe(1, services)
      onAnswer(encodeReply(reply, traceOf(decoded)))
    }
    if (Result.isFailure(decoded)) return say(failureReply(decoded.failure, decoded.failure.error, null))
    const request = decoded.success
    handler.take(
      {
        aggregateId: request.organizationId,
        command: request.command,
        context: makeContext({ commandId: request.commandId, now: Date.now() }),
        dryRun: request.dryRun
      },
      services,
      (exit) => {
        if (Exit.isSuccess(exit)) return say(replyTo(request, exit.value))
        Effect.runForkWith(services)(Effect.map(settled(request, exit), say))
      }
    )
  }

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

const plainCounters = new Map<string, any>()
const counterOf = (reply: CommandReply) => {
  const outcome = reply.status === "ok" ? reply.outcome : reply.failure.code
  const command_type = reply.command_type ?? "unknown"
  const key = `${command_type} ${outcome}`
  let known = plainCounters.get(key)
  if (known === undefined) plainCounters.set(key, known = Metric.withAttributes(commands, { command_type, outcome }))
  return known
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
