import { EventStore, start } from "@cim-domain/event-sourcing"
import {
  canonicalUuid,
  organization,
  organizationEventCodec,
  type OrganizationState,
  organizationStateCodec
} from "@cim-domain/organization"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { describeOrganization } from "./describeOrganization.ts"
import { BadInput, Refused, Unanswered } from "./exitCodes.ts"
import { organizationFlags } from "./organizationFlags.ts"
import { withEventStore } from "./withEventStore.ts"

/** Folds the whole history of one organization, as confirmed by the leader of the stream. */
const load = Effect.fnUntraced(function*(id: string) {
  const store = yield* EventStore
  const { events } = yield* store.read(id, Effect.succeed(start)).pipe(
    Effect.mapError((error) => new Unanswered({ detail: error.message }))
  )
  return events.reduce(
    (state, recorded) => organization.evolve(state, organizationEventCodec.decode(recorded), recorded.position),
    organization.initial(id)
  )
})

const toJson = (state: OrganizationState) => JSON.stringify(JSON.parse(organizationStateCodec.encode(state)), null, 2)

/** `organization show ID`. */
export const show = Command.make(
  "show",
  {
    id: organizationFlags.id,
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the whole state as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function*({ id, json }) {
    const canonical = canonicalUuid(id)
    if (canonical === null) {
      return yield* new BadInput({ problems: [`expected the UUID of an organization, given "${id}"`] })
    }
    const state = yield* withEventStore(load(canonical))
    if (state.version === 0) {
      yield* Console.error(`✗ there is no organization ${canonical}`)
      return yield* new Refused({ count: 1 })
    }
    yield* Console.log(json ? toJson(state) : describeOrganization(state))
  })
).pipe(
  Command.withDescription("Show an organization as its events have made it"),
  Command.withExamples([{ command: "organization show 0198c0de-…", description: "For people" }])
)
