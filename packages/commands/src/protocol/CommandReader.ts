import { Result } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import type { AnyCommand, KnownCommand } from "../definition/CommandCatalog.ts"
import { type ServiceError, validationFailed } from "../errors/serviceErrors.ts"
import { type CommandBody, identityIn, pathIn, readCommandBody } from "./CommandBody.ts"
import { readCommandHeaders } from "./CommandHeaders.ts"
import {
  type CommandMessage,
  type CommandRequest,
  type CommandRequestOptions,
  type FailedRequest,
  idIn
} from "./CommandRequest.ts"
import { disagreement, parseCommandSubject } from "./CommandSubject.ts"
import { completeCommand } from "./completeCommand.ts"
import { excerpt } from "./excerpt.ts"
import { type AroundBody, type KnownAboutRequest, knownFromBody, knownWithoutBody } from "./KnownAboutRequest.ts"
import { changedNumberIssues, illFormedBodyIssues } from "./textIssues.ts"
import { type UnknownFields, unknownFields, warningsMax, withoutUnknownFields } from "./unknownFields.ts"
import type { Unwrapped } from "./unwrapEnvelope.ts"

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

/** Bytes of a body that are worth reading only to name the command in it. */
export const identifiedBytesMax = 8 * 1024

/**
 * The reader of a domain's commands: what stands around the body, the body, which command it is, that command with
 * everything filled in, whether its fields are right, and whether its subject says the same. What an answer can use of a bad
 * command is only looked for when it is one.
 */
export const makeCommandReader = (catalog: Catalog): CommandReader => {
  const addressees = addresseesOf(catalog)

  const decodeCommandMessage: CommandReader["decodeCommandMessage"] = (message, options) => {
    const around = readAround(catalog, message, options)
    const body = readCommandBody(message)
    if (Result.isFailure(body)) return failed(knownWithoutBody(around), body.failure)
    const known = findCommand(catalog, body.success, around)
    if (Result.isFailure(known)) return failed(knownFromBody(around, addressees, seenIn(body.success)), known.failure)
    const filled = fillIn(catalog, known.success, body.success, around, options)
    const command = decodeFields(filled, body.success, around)
    if (Result.isFailure(command)) return failed(knownFromBody(around, addressees, filled), command.failure)
    const request = requestOf(filled, command.success, around)
    const mismatch = mismatchOf(catalog, message, around, request)
    return mismatch === null ? Result.succeed(request) : failed(knownFromBody(around, addressees, filled), mismatch)
  }

  const identifyCommandMessage: CommandReader["identifyCommandMessage"] = (message, options) => {
    const around = readAround(catalog, message, options)
    if (message.body.length > identifiedBytesMax) return knownWithoutBody(around)
    const body = readCommandBody({ body: message.body })
    if (Result.isFailure(body)) return knownWithoutBody(around)
    const type = body.success.envelope.command["command_type"]
    const isKnown = typeof type === "string" && catalog.commands.byType.has(type)
    return knownFromBody(around, addressees, { ...seenIn(body.success), type: isKnown ? type : null })
  }

  return { decodeCommandMessage, identifyCommandMessage }
}

/** The fields that name the aggregates of commands; the one that most have comes last. */
const addresseesOf = ({ commands, idField }: Catalog) =>
  [...new Set(Array.from(commands.byType.values(), ({ addressee }) => addressee))]
    .toSorted((one, other) => Number(one === idField) - Number(other === idField))

const failed = (known: KnownAboutRequest, error: ServiceError): Result.Result<never, FailedRequest> =>
  Result.fail({ ...known, error })

const readAround = (
  catalog: Catalog,
  { header, subject }: CommandMessage,
  { acceptLegacySubjects }: Pick<CommandRequestOptions, "acceptLegacySubjects">
): AroundBody => ({
  headers: readCommandHeaders(header),
  subject: parseCommandSubject(catalog, subject, acceptLegacySubjects)
})

/** What a body says that is no command. */
const seenIn = (body: CommandBody) => ({
  type: null,
  fields: body.envelope.command,
  identity: identityIn(body),
  warnings: []
})

/** The command that a body says it is. */
const findCommand = (
  { commands, serviceErrors }: Catalog,
  { envelope }: CommandBody,
  { headers }: AroundBody
): Result.Result<KnownCommand, ServiceError> => {
  const type = envelope.command["command_type"]
  if (typeof type !== "string") {
    const issue = { path: pathIn(envelope, "command_type"), message: "Expected the name of a command" }
    return Result.fail(validationFailed([issue, ...headers.issues]))
  }
  const known = commands.byType.get(type)
  return known === undefined
    ? Result.fail(serviceErrors.UnknownCommandType.make({ command_type: excerpt(type, 100) }))
    : Result.succeed(known)
}

/** A command with everything filled in that can stand elsewhere than in its body, before its fields are looked at. */
interface FilledIn {
  readonly command: KnownCommand
  readonly type: string
  /** The fields of the body that the command knows, as they came. */
  readonly own: { readonly [field: string]: unknown }
  readonly fields: { readonly [field: string]: unknown }
  readonly identity: unknown
  readonly warnings: ReadonlyArray<string>
}

const fillIn = (
  catalog: Catalog,
  command: KnownCommand,
  { envelope }: CommandBody,
  { headers, subject }: AroundBody,
  { newId }: CommandRequestOptions
): FilledIn => {
  const unknown = unknownFields(command, envelope.command)
  const own = unknown.count === 0 ? envelope.command : withoutUnknownFields(command, envelope.command, unknown)
  const subjectId = subject?.aggregateId ?? null
  const { fields, warnings } = completeCommand(catalog, command, own, envelope, headers, subjectId, newId)
  return {
    command,
    type: command.type,
    own,
    fields,
    identity: fields["identity"],
    warnings: [...warnings, ...ignored(envelope, unknown)]
  }
}

const ignored = (envelope: Unwrapped, unknown: UnknownFields): ReadonlyArray<string> => {
  const count = envelope.unknownFields.count + unknown.count
  if (count === 0) return []
  const paths = [...envelope.unknownFields.paths, ...unknown.paths.map((path) => pathIn(envelope, path))]
  const listed = paths.slice(0, warningsMax).map((path) => `unknown field ignored: ${path}`)
  return count > listed.length ? [...listed, `${count - listed.length} more unknown fields ignored`] : listed
}

/** The command of its fields, or everything that is wrong with them and with the headers. */
const decodeFields = (
  { command, fields, own }: FilledIn,
  body: CommandBody,
  { headers }: AroundBody
): Result.Result<AnyCommand, ServiceError> => {
  const decoded = command.decode(fields)
  const changed = [
    ...changedNumberIssues(command, own, body),
    ...(Result.isSuccess(decoded) ? illFormedBodyIssues(own, body) : [])
  ]
  if (Result.isSuccess(decoded) && headers.issues.length + changed.length === 0) return Result.succeed(decoded.success)
  const issues = Result.isFailure(decoded)
    ? decoded.failure.map((issue) => ({ ...issue, path: pathIn(body.envelope, issue.path) }))
    : []
  return Result.fail(validationFailed([...issues, ...changed, ...headers.issues]))
}

const requestOf = (
  { command: { addressee, creates }, warnings }: FilledIn,
  command: AnyCommand,
  { headers }: AroundBody
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

/** What the subject of a command says otherwise than the command. */
const mismatchOf = (
  catalog: Catalog,
  message: CommandMessage,
  { subject }: AroundBody,
  { aggregateId, command }: CommandRequest
): ServiceError | null => {
  const why = subject === null
    ? "this subject is not one of a command"
    : disagreement(catalog, subject, command.command_type, aggregateId)
  return why === null
    ? null
    : catalog.serviceErrors.SubjectMismatch.make({ subject: excerpt(message.subject, 256), why })
}
