import { timestampToMillis } from "@cim-domain/commands/fields/Timestamp"
import {
  type CommandRequest,
  makeContext,
  organization,
  organizationEventCodec,
  type OrganizationState
} from "@cim-domain/organization"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import type { Acknowledged } from "./Acknowledged.ts"
import type { requestsById } from "./readRequest.ts"
import type { Replay, ReplayedEvent } from "./Replay.ts"

/**
 * Every event is what the domain decides for a command that was sent, on the state just before it, and stands after
 * everything that had been acknowledged before that command was first sent.
 */
export const checkEvents = (
  replays: ReadonlyMap<string, Replay>,
  sent: ReturnType<typeof requestsById>,
  acknowledged: Acknowledged
): ReadonlyArray<Violation> =>
  [...replays.values()].flatMap(({ events, organizationId, states }) =>
    events.flatMap((replayed, index): ReadonlyArray<Violation> => {
      const { commandId, message, reference } = replayed
      const about = { organizationId, commandId, sequence: message.sequence }
      const known = sent.get(commandId)
      if (known === undefined) return [{ kind: "unsent", ...about, detail: "nobody sent its command" }]
      const bound = acknowledged.before(organizationId, known.firstSentAt)
      return [
        ...(reference.version > bound ? [] : [{
          kind: "misplaced" as const,
          ...about,
          detail: `version ${reference.version} came after version ${bound} had been acknowledged`
        }]),
        ...(known.requests.some((request) =>
            request.aggregateId === organizationId && decides(states[index]!, request, replayed)
          )
          ? []
          : [{
            kind: "undecided" as const,
            ...about,
            detail: `at version ${index} its command does not decide to this ${reference.type}`
          }])
      ]
    })
  )

const decides = (
  state: OrganizationState,
  request: CommandRequest,
  { event, message, reference }: ReplayedEvent
): boolean => {
  if (event.event_type === "Opaque") return false
  // What the clock said then is in the event: never earlier than it was, and the domain never goes back from there.
  const now = "occurred_at" in event ? timestampToMillis(event.occurred_at) : 0
  const decision = organization.decide(
    state,
    request.command,
    makeContext({ commandId: request.commandId, now })
  )
  if (decision._tag !== "Accepted" || decision.events.length !== 1) return false
  const { data, id, type } = organizationEventCodec.encode(decision.events[0])
  return data === message.data && id === reference.id && type === reference.type
}
