import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import type { EventReference } from "@cim-domain/event-sourcing/Event"
import { noTrace, type TraceContext, traceHeaders } from "@cim-domain/event-sourcing/TraceContext"
import { Result, Schema } from "effect"
import type { CommandRequest, KnownAboutRequest } from "./CommandRequest.ts"
import { Failure, readFailure } from "./errors/Failure.ts"
import { type OrganizationError, statusOf } from "./OrganizationError.ts"
import { choice } from "./wire/choice.ts"
import { defaulted, nullable } from "./wire/nullable.ts"
import { isJsonObject, parseJson } from "./wire/parseJson.ts"
import { issuesOf, type ValidationIssue } from "./wire/ValidationIssue.ts"

/**
 * What became of a command: its events were recorded, there was nothing to record, it had been carried out before, or it
 * would have been carried out.
 */
export const Outcome = choice(["applied", "no_change", "duplicate", "dry_run"])
export type Outcome = typeof Outcome.Type

/** The same answer in the words of the first version's acknowledgments. */
const Acknowledgment = nullable(Schema.Struct({
  command_id: Schema.Struct({ id: Schema.String }),
  correlation_id: Schema.Struct({ kind: choice(["Single", "Transaction"]), value: Schema.String }),
  status: choice(["Accepted", "Rejected"]),
  reason: nullable(Schema.String)
}))

const RecordedReference = Schema.Struct({
  organization_id: Schema.String,
  event_id: Schema.String,
  event_type: Schema.String,
  version: Schema.Int,
  stream_sequence: nullable(Schema.Int)
})

const about = {
  command_type: nullable(Schema.String),
  command_id: nullable(Schema.String),
  correlation_id: nullable(Schema.String),
  aggregate_id: nullable(Schema.String),
  version: nullable(Schema.Int)
}

const warnings = defaulted(Schema.Array(Schema.String), [])

/** The answer to a command that was carried out or need not be. */
export const SuccessReply = Schema.Struct({
  status: Schema.Literal("ok"),
  outcome: defaulted(Outcome, "applied"),
  ...about,
  stream_sequence: nullable(Schema.Int),
  events_generated: defaulted(Schema.Int, 0),
  events: defaulted(Schema.Array(RecordedReference), []),
  created_id: nullable(Schema.String),
  warnings,
  acknowledgment: Acknowledgment
})
export type SuccessReply = typeof SuccessReply.Type

/** The answer to a command that was not carried out. */
export const FailureReply = Schema.Struct({
  status: Schema.Literal("error"),
  error: Schema.String,
  failure: Failure,
  ...about,
  warnings,
  acknowledgment: Acknowledgment
})
export type FailureReply = typeof FailureReply.Type

/** The one answer that every command gets; versions count events, sequences are those of the whole store. */
export const CommandReply = Schema.Union([SuccessReply, FailureReply])
export type CommandReply = typeof CommandReply.Type

/** An event in an answer. What a command created that was found recorded, only this reference knows: its copy may say otherwise. */
interface AnsweredEvent extends EventReference {
  readonly created_id?: string
}

/**
 * The answer that `request` was carried out. `version` is the version of the organization after it. The events of a dry
 * run get the versions they would have and no sequences. What was created is what the recorded events say: a repeated command
 * may name another id than the one that took effect.
 */
export const successReply = (
  request: CommandRequest,
  result: { readonly outcome: Outcome; readonly version: number; readonly events: ReadonlyArray<AnsweredEvent> }
): SuccessReply => {
  const sequenceOf = (event: EventReference): number | null => result.outcome === "dry_run" ? null : event.position
  const last = result.events.at(-1)
  const recorded = result.events.find((event) => event.created_id !== undefined)?.created_id
  return {
    status: "ok",
    outcome: result.outcome,
    command_type: request.command.command_type,
    command_id: request.commandId,
    correlation_id: request.correlationId.value,
    aggregate_id: request.organizationId,
    version: result.version,
    stream_sequence: last === undefined ? null : sequenceOf(last),
    events_generated: result.events.length,
    events: result.events.map((event) => ({
      organization_id: request.organizationId,
      event_id: event.id,
      event_type: event.type,
      version: event.version,
      stream_sequence: sequenceOf(event)
    })),
    created_id: recorded ?? (result.outcome === "duplicate" ? null : request.createdId),
    warnings: request.warnings,
    acknowledgment: {
      command_id: { id: request.commandId },
      correlation_id: request.correlationId,
      status: "Accepted",
      reason: null
    }
  }
}

/**
 * The answer that a command was not carried out. `version` is that of the organization, 0 when there is none, `null` when
 * it is not known.
 */
export const failureReply = (
  known: KnownAboutRequest | CommandRequest,
  error: OrganizationError,
  version: number | null
): FailureReply => ({
  status: "error",
  error: error.message,
  failure: error,
  command_type: "command" in known ? known.command.command_type : known.commandType,
  command_id: known.commandId,
  correlation_id: known.correlationId?.value ?? null,
  aggregate_id: known.organizationId,
  version,
  warnings: known.warnings,
  acknowledgment: known.commandId === null || known.correlationId === null ? null : {
    command_id: { id: known.commandId },
    correlation_id: known.correlationId,
    status: "Rejected",
    reason: error.message
  }
})

/**
 * The reply as canonical JSON text with its headers: those of NATS service errors on a failure, and the correlation and
 * trace context of the request.
 */
export const encodeReply = (
  reply: CommandReply,
  trace: TraceContext = noTrace
): { readonly body: string; readonly headers: Record<string, string> } => {
  const headers: Record<string, string> = { ...traceHeaders(trace) }
  if (reply.correlation_id !== null) headers["X-Correlation-ID"] = reply.correlation_id
  if (reply.status === "ok") return { body: JSON.stringify(encodeSuccess(reply)), headers }
  headers["Nats-Service-Error"] = headerText(reply.error)
  headers["Nats-Service-Error-Code"] = String(statusOf[reply.failure.category])
  return { body: JSON.stringify(encodeFailure(reply)), headers }
}

/**
 * Answers one error again and again, as {@link encodeReply} does with a {@link failureReply} of unknown version, at a
 * fraction of its price: the part about the error is made once.
 */
export const makeRefusal = (error: OrganizationError) => {
  const nobody: KnownAboutRequest = {
    commandType: null,
    commandId: null,
    correlationId: null,
    organizationId: null,
    warnings: [],
    trace: noTrace
  }
  const { body, headers } = encodeReply(failureReply(nobody, error, null))
  const template: object = JSON.parse(body)
  return (known: KnownAboutRequest): ReturnType<typeof encodeReply> => {
    const { failure: _, ...about } = failureReply(known, error, null)
    return {
      body: JSON.stringify({ ...template, ...about }),
      headers: {
        ...headers,
        ...(about.correlation_id === null ? {} : { "X-Correlation-ID": about.correlation_id }),
        ...traceHeaders(known.trace)
      }
    }
  }
}

/**
 * Reads a reply as a client: missing fields take their defaults, unknown ones are ignored, an error of a kind that this
 * version does not know becomes an `UnknownFailure`, and the older shapes `{"status":"ok"}` and `{"error":"…"}` are fine.
 * Of what is wrong the first is told: a reply may be large, and nobody can mend it.
 */
export const decodeReply = (body: string): Result.Result<CommandReply, ReadonlyArray<ValidationIssue>> => {
  const json = parseJson(body, 64)
  if (!isJsonObject(json)) return Result.fail([{ path: "", message: "Expected a JSON object" }])
  const failed = json["status"] === "error" || typeof json["error"] === "string"
  const decoded: Result.Result<CommandReply, Schema.SchemaError> = failed
    ? decodeFailure({ ...json, status: "error", failure: readFailure(json["failure"], json["error"]) })
    : decodeSuccess(json)
  return Result.mapError(decoded, (error) => issuesOf(error.issue))
}

const headerText = (text: string): string => text.slice(0, 500).toWellFormed().replaceAll(/\p{Cc}+/gu, " ")

const encodeSuccess = Schema.encodeSync(CompiledSchemas.install(SuccessReply))
const encodeFailure = Schema.encodeSync(CompiledSchemas.install(FailureReply))
const decodeSuccess = Schema.decodeUnknownResult(CompiledSchemas.install(SuccessReply))
const decodeFailure = Schema.decodeUnknownResult(CompiledSchemas.install(FailureReply))
