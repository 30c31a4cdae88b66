import { EventStore, start } from "@cim-domain/event-sourcing"
import { canonicalUuid, organization, organizationEventCodec } from "@cim-domain/organization"
import { Console, Effect } from "effect"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { withEventStore } from "./withEventStore.ts"

/**
 * Folds the whole history of one organization, as confirmed by the leader of the stream. Fails with `BadInput` when `id`
 * is no UUID, with `Refused` when there is no such organization or a part of its history is gone, and with `Unanswered`
 * when the store cannot say.
 */
export const loadOrganization = Effect.fnUntraced(function*(id: string) {
  const canonical = canonicalUuid(id)
  if (canonical === null) {
    return yield* new BadInput({ problems: [`expected the UUID of an organization, given "${id}"`] })
  }
  const { events } = yield* withEventStore(Effect.flatMap(
    EventStore,
    (store) =>
      store.read(canonical, Effect.succeed(start)).pipe(
        Effect.catchReason("StoreError", "HistoryTruncated", (reason) => refuse(reason.message)),
        Effect.catchTag("StoreError", (error) => Effect.fail(new Unanswered({ detail: error.message })))
      )
  ))
  if (events.length === 0) return yield* refuse(`there is no organization ${canonical}`)
  return events.reduce(
    (state, recorded) => organization.evolve(state, organizationEventCodec.decode(recorded), recorded.position),
    organization.initial(canonical)
  )
})

const refuse = (why: string) => Effect.andThen(Console.error(`✗ ${why}`), Effect.fail(new Refused({ count: 1 })))
