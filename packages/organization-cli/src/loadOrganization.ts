import { canonicalUuid } from "@cim-domain/commands/fields/uuid"
import { loadState } from "@cim-domain/event-sourcing"
import { organization, organizationEventCodec, organizationStateCodec } from "@cim-domain/organization"
import { Effect } from "effect"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { complain } from "./output/print.ts"
import { withEventStore } from "./withEventStore.ts"

/**
 * The state of one organization, as confirmed by the leader of the stream. Fails with `BadInput` when `id`
 * is no UUID, with `Refused` when there is no such organization or a part of its history is gone, and with `Unanswered`
 * when the store cannot say.
 */
export const loadOrganization = Effect.fnUntraced(function*(id: string) {
  const canonical = canonicalUuid(id)
  if (canonical === null) {
    return yield* new BadInput({
      problems: [`<id>: expected the UUID of an organization, given ${JSON.stringify(id)}`]
    })
  }
  const { state, version } = yield* withEventStore(
    loadState(
      { decider: organization, events: organizationEventCodec, states: organizationStateCodec },
      canonical
    ).pipe(
      Effect.catchReason("StoreError", "HistoryTruncated", (reason) => refuse(reason.message)),
      Effect.catchTag("StoreError", (error) => Effect.fail(new Unanswered({ lines: [error.message] })))
    )
  )
  return version === 0 ? yield* refuse(`there is no organization ${canonical}`) : state
})

const refuse = (why: string) => Effect.andThen(complain([`✗ ${why}`]), Effect.fail(new Refused({ count: 1 })))
