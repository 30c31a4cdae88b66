import { commandTable } from "../model/commandTable.ts"

/** A command ready to be sent. */
export interface ComposedCommand {
  readonly type: string
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly commandId: string
  readonly organizationId: string
}

/** Writes a command with these fields down as a requester sends it, good or bad. */
export const composeCommand = (
  type: string,
  organizationId: string,
  commandId: string,
  fields: Readonly<Record<string, unknown>>
): ComposedCommand => ({
  type,
  organizationId,
  commandId,
  headers: {},
  subject: `organization.commands.${organizationId}.${commandTable[type]?.token ?? "unknown"}`,
  body: JSON.stringify({
    command_type: type,
    identity: {
      correlation_id: { kind: "Single", value: commandId },
      causation_id: commandId,
      message_id: commandId
    },
    [commandTable[type]?.addressed ?? "organization_id"]: organizationId,
    ...fields
  })
})
