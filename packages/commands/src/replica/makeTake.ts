import type { CommandHandler, Outcome, Settlement } from "@cim-domain/event-sourcing"
import type { TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import { Cause, Clock, Context, Exit, Result } from "effect"
import type { AnyAggregate } from "../Aggregate.ts"
import type { DecideContext, Policy } from "../DecideContext.ts"
import type { AnyCommand } from "../definition/CommandCatalog.ts"
import type { CommandReply, EncodedReply, Replies } from "../protocol/CommandReply.ts"
import type { CommandMessage, CommandRequest, CommandRequestOptions } from "../protocol/CommandRequest.ts"
import type { AnyError } from "../Rejection.ts"
import { answerableError } from "./answerableError.ts"
import type { AnswerLog } from "./AnswerLog.ts"
import type { UnsettledLog } from "./UnsettledLog.ts"

/** Takes a message and answers it by a callback, perhaps at once; what it gives gives the message up. */
export type Take = (
  message: CommandMessage,
  services: Context.Context<never>,
  respond: (exit: Exit.Exit<EncodedReply>) => void
) => (() => void) | void

/** What {@link makeTake} is told. */
export interface TakeOptions extends CommandRequestOptions {
  /** Bounds of the domain; those of its definition where there are no others. */
  readonly limits?: unknown
  /** Who may do what. Default: everybody everything. */
  readonly policy?: Policy | undefined
}

/** What handles commands, and what is told of them. */
export interface TakeParts {
  readonly handler: Pick<CommandHandler<AnyCommand, AnyError, DecideContext<any>>, "take">
  readonly answers: Pick<AnswerLog, "add">
  readonly unsettled: Pick<UnsettledLog, "found" | "works">
}

/** One command from its message to its answer: read, handle, say what became of it. */
export const makeTake = (
  { catalog, limits, makeContext, reader, replies }: AnyAggregate,
  options: TakeOptions,
  { answers, handler, unsettled }: TakeParts
): Take => {
  const { encodeReply, failureReply } = replies
  const bounds = options.limits ?? limits

  const toHandle = (request: CommandRequest, services: Context.Context<never>) => ({
    aggregateId: request.aggregateId,
    command: request.command,
    context: makeContext({
      commandId: request.commandId,
      limits: bounds,
      now: Context.get(services, Clock.Clock).currentTimeMillisUnsafe(),
      policy: options.policy
    }),
    dryRun: request.dryRun
  })

  const say = (reply: CommandReply, trace: TraceContext, services: Context.Context<never>) => {
    answers.add(reply, services)
    return Exit.succeed(encodeReply(reply, trace))
  }

  const settled = (
    request: CommandRequest,
    exit: Settlement<AnyError>,
    services: Context.Context<never>
  ): Exit.Exit<EncodedReply> => {
    if (Exit.isSuccess(exit)) {
      unsettled.works()
      return say(outcomeReply(replies, request, exit.value), request.trace, services)
    }
    const error = exit.cause.reasons.find(Cause.isFailReason)?.error
    if (error === undefined) return Exit.failCause(exit.cause as Cause.Cause<never>)
    unsettled.found(request, error, services)
    return say(
      failureReply(request, answerableError(catalog, error, request.commandId), null),
      request.trace,
      services
    )
  }

  return (message, services, respond) => {
    try {
      const read = reader.decodeCommandMessage(message, options)
      if (Result.isFailure(read)) {
        return respond(say(failureReply(read.failure, read.failure.error, null), read.failure.trace, services))
      }
      const request = read.success
      return handler.take(toHandle(request, services), services, (exit) => {
        try {
          respond(settled(request, exit, services))
        } catch (defect) {
          respond(Exit.die(defect))
        }
      })
    } catch (defect) {
      return respond(Exit.die(defect))
    }
  }
}

const outcomeReply = (
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
