import type { TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import { Result } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import type { AnyCommand, KnownCommand } from "../definition/CommandCatalog.ts"
import { malformed, type ServiceError, validationFailed } from "../errors/serviceErrors.ts"
import { readUuid } from "../fields/Identifier.ts"
import { changedNumbers, mayChangeNumbers } from "./changedNumbers.ts"
import { type CommandHeaders, readCommandHeaders } from "./CommandHeaders.ts"
import { type CommandSubject, disagreement, parseCommandSubject } from "./CommandSubject.ts"
import { completeCommand } from "./completeCommand.ts"
import { excerpt } from "./excerpt.ts"
import { illFormedTexts, mayBeIllFormed } from "./illFormedTexts.ts"
import type { CorrelationId } from "./MessageIdentity.ts"
import { isJsonObject } from "./parseJson.ts"
import { readBody } from "./readBody.ts"
import { type UnknownFields, unknownFields, warningsMax, withoutUnknownFields } from "./unknownFields.ts"
import { unwrapEnvelope, type Unwrapped } from "./unwrapEnvelope.ts"
import { issuesMax, pathText, type ValidationIssue } from "./ValidationIssue.ts"

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
export interface CommandRequest<Command = AnyCommand> {
  /** The aggregate that decides. */
  readonly aggregateId: string
  readonly command: Command
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
  readonly commandType: string | null
  readonly commandId: string | null
  readonly correlationId: CorrelationId | null
  readonly aggregateId: string | null
  readonly warnings: ReadonlyArray<string>
  /** Where the request belongs in a trace. */
  readonly trace: TraceContext
}

/** A message that is no valid command, and why. */
export interface FailedRequest extends KnownAboutRequest {
  readonly error: ServiceError
}

/** Reads messages as the commands of one domain. */
export interface CommandReader<Command = AnyCommand> {
  /**
   * Reads a command message completely: size, text, JSON, envelope, headers, fields and agreement with its subject. Never
   * throws; a failure lists everything that is wrong and carries whatever an answer can use.
   */
  readonly decodeCommandMessage: (
    message: CommandMessage,
    options: CommandRequestOptions
  ) => Result.Result<CommandRequest<Command>, FailedRequest>
  /**
   * What an answer can say about a message without reading it as a command: a tenth of the work of
   * `decodeCommandMessage`, for when there is no room for it. Of a body larger than {@link identifiedBytesMax} only the
   * headers and the subject are looked at.
   */
  readonly identifyCommandMessage: (
    message: CommandMessage,
    options: Pick<CommandRequestOptions, "acceptLegacySubjects">
  ) => KnownAboutRequest
}

/** The reader of a domain's commands. */
export const makeCommandReader = (catalog: Catalog): CommandReader => {
  const addressees = [...new Set(Array.from(catalog.commands.byType.values(), ({ addressee }) => addressee))]
    .toSorted((one, other) => Number(one === catalog.idField) - Number(other === catalog.idField))

  const knownFrom = (
    commandType: string | null,
    fields: { readonly [key: string]: unknown },
    given: unknown,
    otherwise: KnownAboutRequest,
    warnings: ReadonlyArray<string>
  ): KnownAboutRequest => {
    const identity = isJsonObject(given) ? given : {}
    const correlation = identity["correlation_id"]
    const field = addressees.find((field) => fields[field] !== null && fields[field] !== undefined)
    const transaction = isJsonObject(correlation) && correlation["kind"] === "Transaction"
    const correlationId = single(readUuid(correlation))
    return {
      ...otherwise,
      commandType,
      commandId: readUuid(identity["message_id"]) ?? otherwise.commandId,
      correlationId: transaction && correlationId !== null
        ? { ...correlationId, kind: "Transaction" }
        : correlationId ?? otherwise.correlationId,
      aggregateId: (field === undefined ? null : readUuid(fields[field])) ?? otherwise.aggregateId,
      warnings
    }
  }

  const decodeCommandMessage: CommandReader["decodeCommandMessage"] = (message, options) => {
    const headers = readCommandHeaders(message.header)
    const subject = parseCommandSubject(catalog, message.subject, options.acceptLegacySubjects)
    const nothing = () => knownWithoutBody(headers, subject)
    const fail = (error: ServiceError, known = nothing()) => Result.fail({ ...known, error })

    if (message.headersProblem !== undefined) {
      return fail(malformed(`its headers cannot be read: ${message.headersProblem}`))
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
      return fail(validationFailed([issue, ...headers.issues]), seen())
    }
    const command = catalog.commands.byType.get(type)
    if (command === undefined) {
      return fail(catalog.serviceErrors.UnknownCommandType.make({ command_type: excerpt(type, 100) }), seen())
    }
    const unknown = unknownFields(command, body)
    const own = unknown.count === 0 ? body : withoutUnknownFields(command, body, unknown)
    const subjectId = subject?.aggregateId ?? null
    const completed = completeCommand(catalog, command, own, envelope, headers, subjectId, options.newId)
    const fields = completed.fields
    const warnings = [...completed.warnings, ...ignored(envelope, unknown)]
    const known = () => knownFrom(type, fields, fields["identity"], nothing(), warnings)
    const decoded = command.decode(fields)
    const changed = [
      ...changedIn(command, own, read.success.text, envelope),
      ...(Result.isSuccess(decoded) ? illFormedIn(own, read.success.text, envelope) : [])
    ]
    if (Result.isFailure(decoded) || headers.issues.length + changed.length > 0) {
      const issues = Result.isFailure(decoded)
        ? decoded.failure.map((issue) => ({ ...issue, path: pathIn(envelope, issue.path) }))
        : []
      return fail(validationFailed([...issues, ...changed, ...headers.issues]), known())
    }
    const request = requestOf(command, decoded.success, headers, warnings)
    const mismatch = subject === null
      ? "this subject is not one of a command"
      : disagreement(catalog, subject, type, request.aggregateId)
    return mismatch === null
      ? Result.succeed(request)
      : fail(
        catalog.serviceErrors.SubjectMismatch.make({ subject: excerpt(message.subject, 256), why: mismatch }),
        known()
      )
  }

  const identifyCommandMessage: CommandReader["identifyCommandMessage"] = (message, options) => {
    const headers = readCommandHeaders(message.header)
    const subject = parseCommandSubject(catalog, message.subject, options.acceptLegacySubjects)
    const nothing = knownWithoutBody(headers, subject)
    if (message.body.length > identifiedBytesMax) return nothing
    const read = readBody(message.body)
    if (Result.isFailure(read)) return nothing
    const envelope = unwrapEnvelope(read.success.json)
    const type = envelope.command["command_type"]
    const known = typeof type === "string" && catalog.commands.byType.has(type) ? type : null
    return knownFrom(known, envelope.command, identityIn(envelope), nothing, [])
  }

  return { decodeCommandMessage, identifyCommandMessage }
}

/** Bytes of a body that are worth reading only to name the command in it. */
export const identifiedBytesMax = 8 * 1024

const knownWithoutBody = (headers: CommandHeaders, subject: CommandSubject | null): KnownAboutRequest => ({
  commandType: null,
  commandId: headers.messageId,
  correlationId: single(headers.correlationId),
  aggregateId: subject?.aggregateId ?? null,
  warnings: [],
  trace: headers.trace
})

const requestOf = (
  { addressee, creates }: KnownCommand,
  command: AnyCommand,
  headers: CommandHeaders,
  warnings: ReadonlyArray<string>
): CommandRequest => ({
  aggregateId: idIn(command, addressee)!,
  command,
  commandId: command.identity.message_id,
  correlationId: command.identity.correlation_id,
  causationId: command.identity.causation_id,
  expectedVersion: command.expected_version,
  issuedBy: command.issued_by,
  dryRun: headers.dryRun,
  warnings,
  createdId: creates === undefined ? null : idIn(command, creates.field),
  trace: headers.trace
})

/** The id in a field of a command. */
export const idIn = (command: AnyCommand, field: string): string | null =>
  (command as unknown as { readonly [field: string]: string | null })[field] ?? null

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

/** The numbers of a command that are not what was written. Those that are too large are refused by the schema. */
const changedIn = (
  { numberFields }: KnownCommand,
  own: { readonly [field: string]: unknown },
  text: string,
  envelope: Unwrapped
): ReadonlyArray<ValidationIssue> => {
  let mayChange: boolean | undefined
  const issues: Array<ValidationIssue> = []
  for (const field of numberFields) {
    if (!holdsNumbers(own[field])) continue
    mayChange ??= mayChangeNumbers(text)
    if (!mayChange) return []
    for (const { path, read } of changedNumbers(text, envelope.path === "" ? [field] : [envelope.path, field])) {
      if (Math.abs(read) > Number.MAX_SAFE_INTEGER) continue
      issues.push({
        path: pathText(path),
        message: `Expected a number that comes back as it was written, not as ${read}; a string holds any`
      })
    }
  }
  return issues
}

/** The texts of a command that no schema has looked at and that are no well-formed Unicode. */
export const illFormedIssues = (fields: { readonly [field: string]: unknown }): ReadonlyArray<ValidationIssue> =>
  illFormedTexts(fields, issuesMax).map((path) => ({
    path: pathText(path),
    message: "Expected well-formed Unicode, without half a surrogate pair"
  }))

/** What schemas refuse they say better, so this is for what they took. */
const illFormedIn = (
  own: { readonly [field: string]: unknown },
  text: string,
  envelope: Unwrapped
): ReadonlyArray<ValidationIssue> =>
  mayBeIllFormed(text) ? illFormedIssues(own).map((issue) => ({ ...issue, path: pathIn(envelope, issue.path) })) : []

/** Whether a value is a number, or may hold some. */
const holdsNumbers = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return typeof value === "number"
  for (const key in value) {
    const member = value[key as keyof typeof value] as unknown
    if (typeof member === "number" || (typeof member === "object" && member !== null)) return true
  }
  return false
}

const pathIn = (envelope: Unwrapped, path: string): string =>
  envelope.path === "" ? path : path === "" ? envelope.path : `${envelope.path}.${path}`
