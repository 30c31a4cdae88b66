import { organization, organizationEventCodec, organizationStateCodec } from "@cim-domain/organization"
import type { ReplayStates } from "../check/checkStates.ts"

/** The states that the service itself makes of the events of an organization, written as in a snapshot. */
export const replayWith = (domain: Pick<typeof organization, "initial" | "evolve"> = organization): ReplayStates =>
(
  organizationId,
  events
) => {
  let state = domain.initial(organizationId)
  return events.map(({ data, headers, sequence, time }, index) => {
    const header = (name: string) => headers[name] ?? null
    const command = { type: header("X-Command-Type"), digest: header("X-Command-Digest") }
    const event = organizationEventCodec.decode({
      aggregateId: organizationId,
      id: header("Nats-Msg-Id"),
      type: header("X-Event-Type") ?? "",
      version: index + 1,
      position: sequence,
      time: Date.parse(time),
      commandId: header("X-Command-ID"),
      correlationId: header("X-Correlation-ID"),
      command,
      data
    })
    state = domain.evolve(state, event, sequence, command)
    return organizationStateCodec.encode(state)
  })
}

/** The same with the rules of the domain as they are. */
export const replayStates: ReplayStates = replayWith()
