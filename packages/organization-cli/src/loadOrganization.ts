import { EventStore, start } from "@cim-domain/event-sourcing"
import { canonicalUuid, organization, organizationEventCodec } from "@cim-domain/organization"
import { Console, Effect } from "effect"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { withEventStore } from "./withEventStore.ts"

/**
 * Folds the whole history of one organization, as confirmed by the leader of the stream. Fails with `BadInput` when `id`
 * is no UUID, and with `Refused` when there is no such organization.
 */
export const loadOrganization = Effect.fnUntraced(function*(id: string) {
  const canonical = canonicalUuid(id)
  if (canonical === null) {
    return yield* new BadInput({ problems: [`expected the UUID of an organization, given "${id}"`] })
  }
  const { events } = yield* withEventStore(Effect.flatMap(
    EventStore,
    (store) =>
      Effect.mapError(
        store.read(canonical, Effect.succeed(start)),
        (error) => new Unanswered({ detail: error.message })
      )
  ))
  if (events.length === 0) {
    yield* Console.error(`✗ there is no organization ${canonical}`)
    return yield* new Refused({ count: 1 })
  }
  return events.reduce(
    (state, recorded) => organization.evolve(state, organizationEventCodec.decode(recorded), recorded.position),
    organization.initial(canonical)
  )
})
