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
import { changedNumbers, mayChangeNumbers } from "./wire/changedNumbers.ts"
import { excerpt } from "./wire/excerpt.ts"
import { isJsonObject } from "./wire/parseJson.ts"
import { readBody } from "./wire/readBody.ts"
import { type UnknownFields, unknownFields, warningsMax, withoutUnknownFields } from "./wire/unknownFields.ts"
import { unwrapEnvelope, type Unwrapped } from "./wire/unwrapEnvelope.ts"
import { pathText, type ValidationIssue } from "./wire/ValidationIssue.ts"

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
  const read = readBody(message.body)
  if (Result.isFailure(read)) return fail(read.failure)
  const envelope = unwrapEnvelope(read.success.json)
  const body = envelope.command
  const type = body["command_type"]
  // What an answer can use of a bad command is only looked for when it is one.
  const seen = () => knownFrom(null, body, identityIn(envelope), nothing(), [])
  if (typeof type !== "string") {
    const issue = { path: pathIn(envelope, "command_type"), message: "Expected the name of a command" }
    return fail(errorKinds.ValidationFailed.make({ issues: [issue, ...headers.issues] }), seen())
  }
  if (!isCommandType(type)) {
    return fail(errorKinds.UnknownCommandType.make({ command_type: excerpt(type, 100) }), seen())
  }

  const subjectId = subject?.organizationId ?? null
  const unknown = unknownFields(type, body)
  const own = unknown.count === 0 ? body : withoutUnknownFields(type, body, unknown)
  const completed = completeCommand(type, own, envelope, headers, subjectId, options.newId)
  const fields = completed.fields
  const warnings = [...completed.warnings, ...ignored(envelope, unknown)]
  const known = () => knownFrom(type, fields, fields["identity"], nothing(), warnings)
  const decoded = decodeCommandFields(type, fields)
  const changed = holdsNumbers(own["metadata"]) ? changedIn(read.success.text, envelope) : []
  if (Result.isFailure(decoded) || headers.issues.length + changed.length > 0) {
    const issues = Result.isFailure(decoded)
      ? decoded.failure.map((issue) => ({ ...issue, path: pathIn(envelope, issue.path) }))
      : []
    return fail(errorKinds.ValidationFailed.make({ issues: [...issues, ...changed, ...headers.issues] }), known())
  }
  const command = decoded.success
  const mismatch = subject === null ? "this subject is not one of a command" : disagreement(subject, command)
  return mismatch === null
    ? Result.succeed(requestOf(command, headers, warnings))
    : fail(errorKinds.SubjectMismatch.make({ subject: excerpt(message.subject, 256), why: mismatch }), known())
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
  const read = readBody(message.body)
  if (Result.isFailure(read)) return nothing
  const envelope = unwrapEnvelope(read.success.json)
  const type = envelope.command["command_type"]
  const known = typeof type === "string" && isCommandType(type) ? type : null
  return knownFrom(known, envelope.command, identityIn(envelope), nothing, [])
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
  given: unknown,
  otherwise: KnownAboutRequest,
  warnings: ReadonlyArray<string>
): KnownAboutRequest => {
  const identity = isJsonObject(given) ? given : {}
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

const identityIn = ({ command, identity }: Unwrapped): unknown =>
  Object.hasOwn(command, "identity") ? command["identity"] : identity

const ignored = (envelope: Unwrapped, unknown: UnknownFields): ReadonlyArray<string> => {
  const count = envelope.unknownFields.count + unknown.count
  if (count === 0) return []
  const paths = [...envelope.unknownFields.paths, ...unknown.paths.map((path) => pathIn(envelope, path))]
  const listed = paths.slice(0, warningsMax).map((path) => `unknown field ignored: ${path}`)
  return count > listed.length ? [...listed, `${count - listed.length} more unknown fields ignored`] : listed
}

/**
 * Whether metadata may hold numbers, the only place where any may stand: what other fields take is a whole number that no
 * digits behind the point make another one.
 */
const holdsNumbers = (metadata: unknown): boolean => {
  if (typeof metadata !== "object" || metadata === null) return false
  for (const key in metadata) {
    const member = metadata[key as keyof typeof metadata] as unknown
    if (typeof member === "number" || (typeof member === "object" && member !== null)) return true
  }
  return false
}

/** The numbers of metadata that are not what was written. Those that are too large are refused by the schema. */
const changedIn = (text: string, envelope: Unwrapped): ReadonlyArray<ValidationIssue> => {
  if (!mayChangeNumbers(text)) return []
  return changedNumbers(text, envelope.path === "" ? ["metadata"] : [envelope.path, "metadata"]).flatMap((
    { path, read }
  ) =>
    Math.abs(read) <= Number.MAX_SAFE_INTEGER
      ? [{
        path: pathText(path),
        message: `Expected a number that comes back as it was written, not as ${read}; a string holds any`
      }]
      : []
  )
}

const pathIn = (envelope: Unwrapped, path: string): string =>
  envelope.path === "" ? path : path === "" ? envelope.path : `${envelope.path}.${path}`
