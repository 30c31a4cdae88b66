import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import type { EventReference } from "@cim-domain/event-sourcing/Event"
import { noTrace, type TraceContext, traceHeaders } from "@cim-domain/event-sourcing/TraceContext"
import { Result, Schema } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import { type AnyFailure, makeFailures } from "../errors/Failure.ts"
import { choice } from "../fields/choice.ts"
import { defaulted, nullable } from "../fields/nullable.ts"
import { type AnyError, statusOf } from "../Rejection.ts"
import type { CommandRequest } from "./CommandRequest.ts"
import type { KnownAboutRequest } from "./KnownAboutRequest.ts"
import { isJsonObject, parseJson } from "./parseJson.ts"
import { issuesOf, type ValidationIssue } from "./ValidationIssue.ts"

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

const recordedReference = {
  event_id: Schema.String,
  event_type: Schema.String,
  version: Schema.Int,
  stream_sequence: nullable(Schema.Int)
}

const about = {
  command_type: nullable(Schema.String),
  command_id: nullable(Schema.String),
  correlation_id: nullable(Schema.String),
  aggregate_id: nullable(Schema.String),
  version: nullable(Schema.Int)
}

const warnings = defaulted(Schema.Array(Schema.String), [])

const successSchema = (idField: string) =>
  Schema.Struct({
    status: Schema.Literal("ok"),
    outcome: defaulted(Outcome, "applied"),
    ...about,
    stream_sequence: nullable(Schema.Int),
    events_generated: defaulted(Schema.Int, 0),
    events: defaulted(Schema.Array(Schema.Struct({ [idField]: Schema.String, ...recordedReference })), []),
    created_id: nullable(Schema.String),
    warnings,
    acknowledgment: Acknowledgment
  })

const failureSchema = <F extends Schema.Top>(failure: F) =>
  Schema.Struct({
    status: Schema.Literal("error"),
    error: Schema.String,
    failure,
    ...about,
    warnings,
    acknowledgment: Acknowledgment
  })

/** A recorded event in an answer; it names its aggregate in a field that the domain names. */
export type RecordedReference = Schema.Struct<typeof recordedReference>["Type"] & {
  readonly [idField: string]: unknown
}

/** The answer to a command that was carried out or need not be. */
export type SuccessReply = Omit<ReturnType<typeof successSchema>["Type"], "events"> & {
  readonly events: ReadonlyArray<RecordedReference>
}

/** The answer to a command that was not carried out. */
export type FailureReply<Failure = AnyFailure> = Omit<ReturnType<typeof failureSchema>["Type"], "failure"> & {
  readonly failure: Failure
}

/** The one answer that every command gets; versions count events, sequences are those of the whole store. */
export type CommandReply<Failure = AnyFailure> = SuccessReply | FailureReply<Failure>

/** An answer as it is sent. */
export interface EncodedReply {
  readonly body: string
  readonly headers: Record<string, string>
}

/** An event in an answer. What a command created that was found recorded, only this reference knows: its copy may say otherwise. */
export interface AnsweredEvent extends EventReference {
  readonly created_id?: string
}

/** Makes, writes and reads the answers to the commands of one domain. */
export interface Replies<Error extends AnyError = AnyError, Failure = AnyFailure> {
  /** The schemas of answers. */
  readonly SuccessReply: Schema.Codec<SuccessReply, unknown>
  readonly FailureReply: Schema.Codec<FailureReply<Failure>, unknown>
  /**
   * The answer that `request` was carried out. `version` is the version of the aggregate after it. The events of a dry
   * run get the versions they would have and no sequences. What was created is what the recorded events say: a repeated command
   * may name another id than the one that took effect.
   */
  readonly successReply: (
    request: CommandRequest,
    result: { readonly outcome: Outcome; readonly version: number; readonly events: ReadonlyArray<AnsweredEvent> }
  ) => SuccessReply
  /**
   * The answer that a command was not carried out. `version` is that of the aggregate, 0 when there is none, `null` when
   * it is not known.
   */
  readonly failureReply: (
    known: KnownAboutRequest | CommandRequest,
    error: Error,
    version: number | null
  ) => FailureReply<Failure>
  /**
   * The reply as canonical JSON text with its headers: those of NATS service errors on a failure, and the correlation and
   * trace context of the request.
   */
  readonly encodeReply: (reply: CommandReply<Failure>, trace?: TraceContext) => EncodedReply
  /**
   * Answers one error again and again, as `encodeReply` does with a `failureReply` of unknown version, at a
   * fraction of its price: the part about the error is made once.
   */
  readonly makeRefusal: (error: Error) => (known: KnownAboutRequest) => EncodedReply
  /**
   * Reads a reply as a client: missing fields take their defaults, unknown ones are ignored, an error of a kind that this
   * version does not know becomes an `UnknownFailure`, and the older shapes `{"status":"ok"}` and `{"error":"…"}` are fine.
   * Of what is wrong the first is told: a reply may be large, and nobody can mend it.
   */
  readonly decodeReply: (body: string) => Result.Result<CommandReply<Failure>, ReadonlyArray<ValidationIssue>>
}

/** The answers of a domain. */
export const makeReplies = ({ errors, idField }: Catalog): Replies => {
  const { Failure, readFailure } = makeFailures(errors)
  const SuccessReply = successSchema(idField) as unknown as Schema.Codec<SuccessReply, unknown>
  const FailureReply = failureSchema(Failure) as unknown as Schema.Codec<FailureReply, unknown>
  const encodeReply = makeEncodeReply(SuccessReply, FailureReply)
  return {
    SuccessReply,
    FailureReply,
    successReply: makeSuccessReply(idField),
    failureReply,
    encodeReply,
    makeRefusal: refusalsBy(encodeReply),
    decodeReply: makeDecodeReply(SuccessReply, FailureReply, readFailure)
  }
}

const makeSuccessReply = (idField: string): Replies["successReply"] => (request, { events, outcome, version }) => {
  const sequenceOf = (event: EventReference): number | null => outcome === "dry_run" ? null : event.position
  const last = events.at(-1)
  const recorded = events.find((event) => event.created_id !== undefined)?.created_id
  // A repeated command may name another id, but for that of the aggregate which it began.
  const isCreated = outcome !== "duplicate" || request.createdId === request.aggregateId
  return {
    status: "ok",
    outcome,
    command_type: request.command.command_type,
    command_id: request.commandId,
    correlation_id: request.correlationId.value,
    aggregate_id: request.aggregateId,
    version,
    stream_sequence: last === undefined ? null : sequenceOf(last),
    events_generated: events.length,
    events: events.map((event) => ({
      [idField]: request.aggregateId,
      event_id: event.id,
      event_type: event.type,
      version: event.version,
      stream_sequence: sequenceOf(event)
    })),
    created_id: recorded ?? (isCreated ? request.createdId : null),
    warnings: request.warnings,
    acknowledgment: {
      command_id: { id: request.commandId },
      correlation_id: request.correlationId,
      status: "Accepted",
      reason: null
    }
  }
}

const makeEncodeReply = (
  success: Schema.Codec<SuccessReply, unknown>,
  failure: Schema.Codec<FailureReply, unknown>
): Replies["encodeReply"] => {
  const encodeSuccess = Schema.encodeSync(CompiledSchemas.install(success))
  const encodeFailure = Schema.encodeSync(CompiledSchemas.install(failure))
  return (reply, trace = noTrace) => {
    const headers: Record<string, string> = { ...traceHeaders(trace) }
    if (reply.correlation_id !== null) headers["X-Correlation-ID"] = reply.correlation_id
    if (reply.status === "ok") return { body: JSON.stringify(encodeSuccess(reply)), headers }
    headers["Nats-Service-Error"] = headerText(reply.error)
    headers["Nats-Service-Error-Code"] = String(statusOf[reply.failure.category])
    return { body: JSON.stringify(encodeFailure(reply)), headers }
  }
}

const refusalsBy = (encodeReply: Replies["encodeReply"]): Replies["makeRefusal"] => (error) => {
  const { body, headers } = encodeReply(failureReply(nobody, error, null))
  const template: object = JSON.parse(body)
  return (known) => {
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

const makeDecodeReply = (
  success: Schema.Codec<SuccessReply, unknown>,
  failure: Schema.Codec<FailureReply, unknown>,
  readFailure: ReturnType<typeof makeFailures>["readFailure"]
): Replies["decodeReply"] => {
  const decodeSuccess = Schema.decodeUnknownResult(success)
  const decodeFailure = Schema.decodeUnknownResult(failure)
  return (body) => {
    const json = parseJson(body, 64)
    if (!isJsonObject(json)) return Result.fail([{ path: "", message: "Expected a JSON object" }])
    const failed = json["status"] === "error" || typeof json["error"] === "string"
    const decoded: Result.Result<CommandReply, Schema.SchemaError> = failed
      ? decodeFailure({ ...json, status: "error", failure: readFailure(json["failure"], json["error"]) })
      : decodeSuccess(json)
    return Result.mapError(decoded, (error) => issuesOf(error.issue))
  }
}

const nobody: KnownAboutRequest = {
  commandType: null,
  commandId: null,
  correlationId: null,
  aggregateId: null,
  warnings: [],
  trace: noTrace
}

const failureReply = (
  known: KnownAboutRequest | CommandRequest,
  error: AnyError,
  version: number | null
): FailureReply => ({
  status: "error",
  error: error.message,
  failure: error,
  command_type: "command" in known ? known.command.command_type : known.commandType,
  command_id: known.commandId,
  correlation_id: known.correlationId?.value ?? null,
  aggregate_id: known.aggregateId,
  version,
  warnings: known.warnings,
  acknowledgment: known.commandId === null || known.correlationId === null ? null : {
    command_id: { id: known.commandId },
    correlation_id: known.correlationId,
    status: "Rejected",
    reason: error.message
  }
})

const headerText = (text: string): string => text.slice(0, 500).toWellFormed().replaceAll(/\p{Cc}+/gu, " ")
