import { start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { initialState, organization } from "@cim-domain/organization"
import { Array as Arr, Effect, Layer } from "effect"
import { randomUUID } from "node:crypto"

/**
 * Mistakes that a replica can be given, to see whether the attack finds them.
 *
 * - `no-guard`: appends after whatever is there.
 * - `early-answer`: takes an append without a confirmation for stored.
 * - `forget-commands`: does not know a command that it carried out before.
 * - `stale-answers`: refuses on what it has in its cache, without asking the leader.
 */
export const plantedFaults = ["no-guard", "early-answer", "forget-commands", "stale-answers"] as const
export type PlantedFault = (typeof plantedFaults)[number]

type Store = EventStore["Service"]

const noGuard = (store: Store): Store => {
  const append: Store["append"] = (parts) =>
    Effect.catchIf(
      store.append(parts),
      ({ reason }) => reason._tag === "VersionConflict",
      () =>
        Effect.flatMap(
          Effect.forEach(
            parts,
            (part) =>
              Effect.map(
                store.read(part.aggregateId, Effect.succeed(start)),
                ({ head }) => ({ ...part, expected: head })
              )
          ),
          append
        )
    )
  return { ...store, append }
}

const earlyAnswer = (store: Store): Store => ({
  ...store,
  append: (parts) =>
    Effect.catchIf(
      store.append(parts),
      ({ reason }) => reason._tag === "AppendUnconfirmed" || reason._tag === "StoreUnavailable",
      () =>
        Effect.succeed(
          Arr.map(parts, ({ events, expected }) => events.map((_, index) => expected.position + index + 1))
        )
    )
})

const staleAnswers = (store: Store): Store => {
  // Without a look after a conflict it could never append again, and would be found out by its silence.
  const conflicted = new Set<string>()
  return {
    ...store,
    append: (parts) =>
      Effect.tapError(
        store.append(parts),
        () => Effect.sync(() => parts.forEach(({ aggregateId }) => conflicted.add(aggregateId)))
      ),
    read: (aggregateId, after) =>
      Effect.flatMap(after, (cursor) =>
        cursor.version === 0 || conflicted.delete(aggregateId)
          ? store.read(aggregateId, Effect.succeed(cursor))
          : Effect.succeed({ head: cursor, events: [] }))
  }
}

const over = (wrap: (store: Store) => Store) => Layer.effect(EventStore, Effect.map(EventStore, wrap))

/** Puts the fault between the event store below and whoever uses it. */
export const plant = (fault: PlantedFault): Layer.Layer<EventStore, never, EventStore> => {
  switch (fault) {
    case "no-guard":
      return over(noGuard)
    case "early-answer":
      return over(earlyAnswer)
    case "stale-answers":
      return over(staleAnswers)
    case "forget-commands": {
      const { decide } = organization
      Object.assign(organization, {
        decide: (...[state, command, context]: Parameters<typeof decide>) =>
          decide({ ...state, recent_commands: initialState(state.id).recent_commands }, command, {
            ...context,
            // The same id would be recognised by the broker.
            id: () => randomUUID()
          })
      })
      return over((store) => store)
    }
  }
}
