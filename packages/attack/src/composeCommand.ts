import { commandSubject, type CommandType } from "@cim-domain/organization"

/** A command ready to be sent. */
export interface ComposedCommand {
  readonly subject: string
  readonly body: string
  readonly commandId: string
  readonly organizationId: string
  readonly type: CommandType
}

/** Writes a command with these fields down as a requester sends it, good or bad. */
export const composeCommand = (
  type: CommandType,
  organizationId: string,
  commandId: string,
  fields: Readonly<Record<string, unknown>>
): ComposedCommand => ({
  type,
  organizationId,
  commandId,
  subject: commandSubject(organizationId, type),
  body: JSON.stringify({
    command_type: type,
    identity: {
      correlation_id: { kind: "Single", value: commandId },
      causation_id: commandId,
      message_id: commandId
    },
    organization_id: organizationId,
    ...fields
  })
})
