import type { TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import { Result } from "effect"
import { type CommandHeaders, readCommandHeaders } from "./CommandHeaders.ts"
import { completeCommand } from "./commands/completeCommand.ts"
import { type CommandSubject, disagreement, parseCommandSubject } from "./CommandSubject.ts"
import type { OrganizationId } from "./Identifiers.ts"
import { readUuid } from "./Identifiers.ts"
import type { CorrelationId } from "./MessageIdentity.ts"
import {
  addresseeOf,
  type CommandType,
  createdBy,
  decodeCommandFields,
  isCommandType,
  type OrganizationCommand
} from "./OrganizationCommand.ts"
import { errorKinds, type OrganizationError } from "./OrganizationError.ts"
import { isJsonObject } from "./wire/parseJson.ts"
import { readBody } from "./wire/readBody.ts"
import { unknownFields } from "./wire/unknownFields.ts"
import { unwrapEnvelope, type Unwrapped } from "./wire/unwrapEnvelope.ts"

/** More unknown fields than this are counted instead of listed. */
const warningsMax = 50

/** A command as it comes from a broker. */
export interface CommandMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly header: (name: string) => string | undefined
  /** Why the headers cannot be read. A command whose headers nobody knows is not carried out: one says that it is a dry run. */
  readonly headersProblem?: string | undefined
}

/** How to read commands. */
export interface CommandRequestOptions {
  /** Whether subjects with an id or a command alone are accepted. */
  readonly acceptLegacySubjects: boolean
  /** Mints a UUID of version 7, for commands that come without identity. */
  readonly newId: () => string
}

/** A command that can be decided, and what its answer needs. */
export interface CommandRequest {
  /** The organization that decides. */
  readonly organizationId: OrganizationId
  readonly command: OrganizationCommand
  readonly commandId: string
  readonly correlationId: CorrelationId
  readonly causationId: string
  readonly expectedVersion: number | null
  readonly issuedBy: string | null
  /** Decide, but record nothing. */
  readonly dryRun: boolean
  readonly warnings: ReadonlyArray<string>
  /** The id of what the command creates. */
  readonly createdId: string | null
  /** Where the request belongs in a trace. */
  readonly trace: TraceContext
}

/** What an answer to a command can say about it; `null` where that is not known. */
export interface KnownAboutRequest {
  /** Only what the body says, and only when it is a command. */
  readonly commandType: CommandType | null
  readonly commandId: string | null
  readonly correlationId: CorrelationId | null
  readonly organizationId: string | null
  readonly warnings: ReadonlyArray<string>
  /** Where the request belongs in a trace. */
  readonly trace: TraceContext
}

/** A message that is no valid command, and why. */
export interface FailedRequest extends KnownAboutRequest {
  readonly error: OrganizationError
}

/**
 * Reads a command message completely: size, text, JSON, envelope, headers, fields and agreement with its subject. Never
 * throws; a failure lists everything that is wrong and carries whatever an answer can use.
 */
export const decodeCommandMessage = (
  message: CommandMessage,
  options: CommandRequestOptions
): Result.Result<CommandRequest, FailedRequest> => {
  const headers = readCommandHeaders(message.header)
  const subject = parseCommandSubject(message.subject, options.acceptLegacySubjects)
  const nothing = () => knownWithoutBody(headers, subject)
  const fail = (error: OrganizationError, known = nothing()) => Result.fail({ ...known, error })

  if (message.headersProblem !== undefined) {
    return fail(errorKinds.MalformedMessage.make({ why: `its headers cannot be read: ${message.headersProblem}` }))
  }
  const json = readBody(message.body)
  if (Result.isFailure(json)) return fail(json.failure)
  const envelope = unwrapEnvelope(json.success)
  const body = envelope.command
  const type = body["command_type"]
  // What an answer can use of a bad command is only looked for when it is one.
  const seen = () => knownFrom(null, { identity: envelope.identity, ...body }, nothing(), [])
  if (typeof type !== "string") {
    const issue = { path: pathIn(envelope, "command_type"), message: "Expected the name of a command" }
    return fail(errorKinds.ValidationFailed.make({ issues: [issue, ...headers.issues] }), seen())
  }
  if (!isCommandType(type)) {
    return fail(errorKinds.UnknownCommandType.make({ command_type: type.slice(0, 100) }), seen())
  }

  const subjectId = subject?.organizationId ?? null
  const completed = completeCommand(type, body, envelope, headers, subjectId, options.newId)
  const fields = completed.fields
  const warnings = [...completed.warnings, ...ignoredFields(type, body, envelope)]
  const known = () => knownFrom(type, fields, nothing(), warnings)
  const decoded = decodeCommandFields(type, fields)
  if (Result.isFailure(decoded) || headers.issues.length > 0) {
    const issues = Result.isFailure(decoded)
      ? decoded.failure.map((issue) => ({ ...issue, path: pathIn(envelope, issue.path) }))
      : []
    return fail(errorKinds.ValidationFailed.make({ issues: [...issues, ...headers.issues] }), known())
  }
  const command = decoded.success
  const mismatch = subject === null ? "this subject is not one of a command" : disagreement(subject, command)
  return mismatch === null
    ? Result.succeed(requestOf(command, headers, warnings))
    : fail(errorKinds.SubjectMismatch.make({ subject: message.subject.slice(0, 256), why: mismatch }), known())
}

/**
 * What an answer can say about a message without reading it as a command: a tenth of the work of
 * {@link decodeCommandMessage}, for when there is no room for it. Of a body larger than {@link identifiedBytesMax} only the
 * headers and the subject are looked at.
 */
export const identifyCommandMessage = (
  message: CommandMessage,
  options: Pick<CommandRequestOptions, "acceptLegacySubjects">
): KnownAboutRequest => {
  const headers = readCommandHeaders(message.header)
  const nothing = knownWithoutBody(headers, parseCommandSubject(message.subject, options.acceptLegacySubjects))
  if (message.body.length > identifiedBytesMax) return nothing
  const json = readBody(message.body)
  if (Result.isFailure(json)) return nothing
  const { command, identity } = unwrapEnvelope(json.success)
  const type = command["command_type"]
  const known = typeof type === "string" && isCommandType(type) ? type : null
  return knownFrom(known, { identity, ...command }, nothing, [])
}

/** Bytes of a body that are worth reading only to name the command in it. */
export const identifiedBytesMax = 8 * 1024

const knownWithoutBody = (headers: CommandHeaders, subject: CommandSubject | null): KnownAboutRequest => ({
  commandType: null,
  commandId: headers.messageId,
  correlationId: single(headers.correlationId),
  organizationId: subject?.organizationId ?? null,
  warnings: [],
  trace: headers.trace
})

const requestOf = (
  command: OrganizationCommand,
  headers: CommandHeaders,
  warnings: ReadonlyArray<string>
): CommandRequest => ({
  organizationId: addresseeOf(command),
  command,
  commandId: command.identity.message_id,
  correlationId: command.identity.correlation_id,
  causationId: command.identity.causation_id,
  expectedVersion: command.expected_version,
  issuedBy: command.issued_by,
  dryRun: headers.dryRun,
  warnings,
  createdId: createdBy(command),
  trace: headers.trace
})

const knownFrom = (
  commandType: CommandType | null,
  fields: { readonly [key: string]: unknown },
  otherwise: KnownAboutRequest,
  warnings: ReadonlyArray<string>
): KnownAboutRequest => {
  const identity = isJsonObject(fields["identity"]) ? fields["identity"] : {}
  const correlation = identity["correlation_id"]
  const addressee = fields["surviving_organization_id"] ?? fields["parent_organization_id"] ?? fields["organization_id"]
  const transaction = isJsonObject(correlation) && correlation["kind"] === "Transaction"
  const correlationId = single(readUuid(correlation))
  return {
    ...otherwise,
    commandType,
    commandId: readUuid(identity["message_id"]) ?? otherwise.commandId,
    correlationId: transaction && correlationId !== null
      ? { ...correlationId, kind: "Transaction" }
      : correlationId ?? otherwise.correlationId,
    organizationId: readUuid(addressee) ?? otherwise.organizationId,
    warnings
  }
}

const single = (uuid: string | null): CorrelationId | null =>
  uuid === null ? null : { kind: "Single", value: uuid as CorrelationId["value"] }

const ignoredFields = (
  type: CommandType,
  body: { readonly [key: string]: unknown },
  envelope: Unwrapped
): ReadonlyArray<string> => {
  const unknown = unknownFields(type, body)
  if (unknown.length + envelope.unknownFields.length === 0) return []
  const paths = [...envelope.unknownFields, ...unknown.map((path) => pathIn(envelope, path))]
  const listed = paths.slice(0, warningsMax).map((path) => `unknown field ignored: ${path.slice(0, 200)}`)
  return paths.length > warningsMax ? [...listed, `${paths.length - warningsMax} more unknown fields ignored`] : listed
}

const pathIn = (envelope: Unwrapped, path: string): string =>
  envelope.path === "" ? path : path === "" ? envelope.path : `${envelope.path}.${path}`
