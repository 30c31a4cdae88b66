import type { Catalog } from "../definition/Catalog.ts"
import type { KnownCommand } from "../definition/CommandCatalog.ts"
import { readUuid } from "../fields/Identifier.ts"
import { deriveId } from "../memory/deriveId.ts"
import type { CommandHeaders } from "./CommandHeaders.ts"
import { isJsonObject } from "./parseJson.ts"
import type { Unwrapped } from "./unwrapEnvelope.ts"

type Fields = { readonly [key: string]: unknown }

/** A command with everything filled in that can stand elsewhere than in its body. */
export interface CompletedCommand {
  readonly fields: Fields
  readonly warnings: ReadonlyArray<string>
}

/**
 * Fills in identity, issuer and expected version from the envelope or the headers, the defaults of the command, and the
 * id of what is created from the subject or from the message id. Values that are there stay, right or wrong.
 */
export const completeCommand = (
  { name }: Catalog,
  { begins, creates, defaults }: KnownCommand,
  body: Fields,
  envelope: Unwrapped,
  headers: CommandHeaders,
  subjectId: string | null,
  newId: () => string
): CompletedCommand => {
  const given = body["identity"] ?? envelope.identity
  const { identity, warnings } = isMissing(given)
    ? inventIdentity(envelope, headers, newId)
    : completeIdentity(given, headers)
  const messageId = (isJsonObject(identity) ? readUuid(identity["message_id"]) : null) ?? ""
  return {
    fields: {
      ...body,
      identity,
      issued_by: body["issued_by"] ?? envelope.issuedBy ?? headers.actor,
      expected_version: body["expected_version"] ?? headers.expectedVersion,
      ...defaults(body),
      ...(creates !== undefined && isMissing(body[creates.field])
        ? { [creates.field]: begins && subjectId !== null ? subjectId : deriveId(name, messageId, creates.slot) }
        : {})
    },
    warnings
  }
}

/** An identity with a message id alone begins a conversation, unless the headers say of which one the message is. */
const completeIdentity = (given: unknown, headers: CommandHeaders) => {
  const messageId = isJsonObject(given) ? readUuid(given["message_id"]) : null
  if (!isJsonObject(given) || messageId === null) return { identity: given, warnings: [] }
  const { causation_id, correlation_id } = given
  if (!isMissing(causation_id) && !isMissing(correlation_id)) return { identity: given, warnings: [] }
  const other = otherIds(messageId, headers)
  return {
    identity: {
      ...given,
      correlation_id: correlation_id ?? other.correlation_id,
      causation_id: causation_id ?? other.causation_id
    },
    warnings: ignored({ ignored: headers.ignored.filter((name) => name !== "Nats-Msg-Id") })
  }
}

const otherIds = (messageId: string, { causationId, correlationId }: CommandHeaders) => ({
  correlation_id: { kind: "Single", value: correlationId ?? messageId },
  causation_id: causationId ?? messageId
})

const ignored = (headers: Pick<CommandHeaders, "ignored">): ReadonlyArray<string> =>
  headers.ignored.map((name) => `header ${name} is not a UUID and was ignored`)

const inventIdentity = (envelope: Unwrapped, headers: CommandHeaders, newId: () => string) => {
  const known = readUuid(envelope.messageId) ?? headers.messageId
  const messageId = known ?? newId()
  return {
    identity: { ...otherIds(messageId, headers), message_id: messageId },
    warnings: [
      ...ignored(headers),
      ...(known === null
        ? [`the command has no identity and was given message id ${messageId}; sending it again would repeat it`]
        : [])
    ]
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined
