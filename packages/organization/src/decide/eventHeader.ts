import type { DecideContext } from "../DecideContext.ts"
import { currentSchemaVersion } from "../events/event.ts"
import type { EventId, MessageId } from "../Identifiers.ts"
import type { OrganizationCommand } from "../OrganizationCommand.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { timestampFromMillis } from "../Timestamp.ts"

/**
 * What every event says beside what happened: it continues the conversation of its command and is caused by it. Time
 * never runs backwards within an organization, whatever the clock says.
 */
export const eventHeader = (state: OrganizationState, command: OrganizationCommand, context: DecideContext) => {
  const id = context.id("event:0")
  const now = timestampFromMillis(context.now)
  return {
    event_id: id as EventId,
    identity: {
      correlation_id: command.identity.correlation_id,
      causation_id: command.identity.message_id,
      message_id: id as MessageId
    },
    occurred_at: state.updated_at !== null && state.updated_at > now ? state.updated_at : now,
    issued_by: command.issued_by,
    schema_version: currentSchemaVersion
  } as const
}
