import type { CommandHeaders } from "../CommandHeaders.ts"
import { deriveId } from "../deriveId.ts"
import { readUuid } from "../Identifiers.ts"
import type { CommandType } from "../OrganizationCommand.ts"
import { isJsonObject } from "../wire/parseJson.ts"
import type { Unwrapped } from "../wire/unwrapEnvelope.ts"

type Fields = { readonly [key: string]: unknown }

/** A command with everything filled in that can stand elsewhere than in its body. */
export interface CompletedCommand {
  readonly fields: Fields
  readonly warnings: ReadonlyArray<string>
}

/** The field that names what a command creates, and the purpose its id is derived for when the sender chose none. */
const created: { readonly [Type in CommandType]?: readonly [field: string, slot: string] } = {
  CreateOrganization: ["organization_id", "organization"],
  CreateDepartment: ["department_id", "department"],
  CreateTeam: ["team_id", "team"],
  CreateRole: ["role_id", "role"],
  CreateFacility: ["facility_id", "facility"]
}

/**
 * Fills in identity, issuer and expected version from the envelope or the headers, the display name from the name, and the
 * id of what is created from the subject or from the message id. Values that are there stay, right or wrong.
 */
export const completeCommand = (
  type: CommandType,
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
  const creation = created[type]
  return {
    fields: {
      ...body,
      identity,
      issued_by: body["issued_by"] ?? envelope.issuedBy ?? headers.actor,
      expected_version: body["expected_version"] ?? headers.expectedVersion,
      ...(type === "CreateOrganization" ? { display_name: body["display_name"] ?? body["name"] } : {}),
      ...(creation !== undefined && isMissing(body[creation[0]])
        ? {
          [creation[0]]: type === "CreateOrganization" && subjectId !== null
            ? subjectId
            : deriveId(messageId, creation[1])
        }
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
