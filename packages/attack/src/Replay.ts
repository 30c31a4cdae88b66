import type { EventReference, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import {
  organization,
  type OrganizationEvent,
  organizationEventCodec,
  type OrganizationState
} from "@cim-domain/organization"
import type { StoredMessage } from "@cim-domain/simulation/check/History"

/** An event of the stream, read. */
export interface ReplayedEvent {
  readonly message: StoredMessage
  readonly event: OrganizationEvent
  readonly commandId: string
  readonly reference: EventReference
  readonly recorded: RecordedEvent
}

/** One organization as the domain's own `evolve` makes it from the stream. */
export interface Replay {
  readonly organizationId: string
  readonly events: ReadonlyArray<ReplayedEvent>
  /** The state at each version: one more than there are events. */
  readonly states: ReadonlyArray<OrganizationState>
}

interface Growing extends Replay {
  readonly events: Array<ReplayedEvent>
  readonly states: Array<OrganizationState>
}

/** The organization that a message is about, by its subject. */
export const organizationOf = (message: StoredMessage): string => message.subject.split(".").at(-2) ?? ""

/** Replays a stream. Events are numbered by their place, whatever their headers say. */
export const replayStream = (stream: ReadonlyArray<StoredMessage>): ReadonlyMap<string, Replay> => {
  const replays = new Map<string, Growing>()
  for (const message of stream) {
    const organizationId = organizationOf(message)
    const replay = replays.get(organizationId) ?? emptyReplay(organizationId)
    replays.set(organizationId, replay)
    const header = (name: string) => message.headers[name] ?? null
    const id = header("Nats-Msg-Id")
    const type = header("X-Event-Type") ?? ""
    const commandId = header("X-Command-ID")
    const version = replay.events.length + 1
    const recorded: RecordedEvent = {
      aggregateId: organizationId,
      id,
      type,
      version,
      position: message.sequence,
      time: Date.parse(message.time),
      commandId,
      correlationId: header("X-Correlation-ID"),
      command: { type: header("X-Command-Type"), digest: header("X-Command-Digest") },
      data: message.data
    }
    const event = organizationEventCodec.decode(recorded)
    const reference = { id: id ?? "", type, version, position: message.sequence }
    replay.events.push({ message, event, commandId: commandId ?? "", reference, recorded })
    replay.states.push(organization.evolve(replay.states.at(-1)!, event, message.sequence, recorded.command))
  }
  return replays
}

/** An organization to which nothing has happened. */
export const emptyReplay = (organizationId: string): Growing => ({
  organizationId,
  events: [],
  states: [organization.initial(organizationId)]
})
