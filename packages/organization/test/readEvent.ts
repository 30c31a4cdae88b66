import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import { organizationEventCodec } from "../src/protocol.ts"
import { acme } from "./golden.ts"

/** Reads the JSON of an event as if it came out of a store. */
export const readEvent = (data: string, recorded: Partial<RecordedEvent> = {}): OrganizationEvent =>
  organizationEventCodec.decode({
    aggregateId: acme,
    id: null,
    type: "FromTheSubject",
    version: 1,
    position: 1,
    time: 0,
    commandId: null,
    correlationId: null,
    data,
    ...recorded
  })
