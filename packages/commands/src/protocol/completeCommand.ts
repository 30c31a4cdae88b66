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
    : { identity: given, warnings: [] }
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

const inventIdentity = (envelope: Unwrapped, headers: CommandHeaders, newId: () => string) => {
  const known = readUuid(envelope.messageId) ?? headers.messageId
  const messageId = known ?? newId()
  return {
    identity: {
      correlation_id: { kind: "Single", value: headers.correlationId ?? messageId },
      causation_id: headers.causationId ?? messageId,
      message_id: messageId
    },
    warnings: [
      ...headers.ignored.map((name) => `header ${name} is not a UUID and was ignored`),
      ...(known === null
        ? [`the command has no identity and was given message id ${messageId}; sending it again would repeat it`]
        : [])
    ]
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined
