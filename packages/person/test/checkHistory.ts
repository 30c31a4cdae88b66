import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"

/** What a client was told that came of one command. */
export interface Acknowledged {
  readonly commandId: string
  /** Ids of the events in the answer. */
  readonly events: ReadonlyArray<string>
}

/** Says what of the acknowledged commands is not in the history, is in it twice, or is in it without having been sent. */
export const checkHistory = (
  acknowledged: ReadonlyArray<Acknowledged>,
  history: ReadonlyArray<Pick<RecordedEvent, "id" | "commandId">>
): ReadonlyArray<string> => {
  const stored = Map.groupBy(history, ({ commandId }) => commandId ?? "")
  const sent = new Set(acknowledged.map(({ commandId }) => commandId))
  return [
    ...acknowledged.flatMap(({ commandId, events }) =>
      events.filter((id) => stored.get(commandId)?.some((event) => event.id === id) !== true)
        .map((id) => `${commandId}: ${id} is lost`)
    ),
    ...Array.from(stored).flatMap(([commandId, events]) => [
      ...(events.length === 1 ? [] : [`${commandId}: happened ${events.length} times`]),
      ...(sent.has(commandId) ? [] : [`${commandId}: nobody sent it`])
    ])
  ]
}
