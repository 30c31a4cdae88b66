import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import type { EventToAppend } from "@cim-domain/event-sourcing"

/** An event of the history of an organization: its creation, then changes of its name. */
export const storedEvent = (organizationId: string, version: number, id: number): EventToAppend => {
  const eventId = uuidOf(2 * id)
  const commandId = uuidOf(2 * id + 1)
  const type = version === 1 ? "OrganizationCreated" : "OrganizationUpdated"
  const occurred_at = "2025-08-19T09:30:00.000Z"
  const facts = version === 1
    ? {
      name: "Acme",
      display_name: "Acme",
      organization_type: "Corporation",
      parent_id: null,
      metadata: { industry: "technology" },
      occurred_at,
      description: null,
      founded_date: null,
      initial_status: "Active"
    }
    : {
      changes: {
        name: null,
        display_name: `Name ${version}`,
        description: null,
        status: null,
        metadata: null,
        organization_type: null,
        founded_date: null,
        cleared: []
      },
      occurred_at
    }
  const event = {
    event_type: type,
    event_id: eventId,
    identity: { correlation_id: { kind: "Single", value: commandId }, causation_id: commandId, message_id: eventId },
    organization_id: { id: organizationId },
    ...facts,
    issued_by: null,
    schema_version: 2
  }
  return {
    id: eventId,
    type,
    token: version === 1 ? "created" : "updated",
    schemaVersion: 2,
    cause: { commandId, correlationId: commandId, causationId: commandId, actor: null },
    data: JSON.stringify(event)
  }
}
