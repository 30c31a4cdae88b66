import * as Aggregate from "@cim-domain/commands/Aggregate"
import * as Command from "@cim-domain/commands/Command"
import { identifier } from "@cim-domain/commands/fields/Identifier"
import * as Rejection from "@cim-domain/commands/Rejection"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { Schema } from "effect"

const closed = Rejection.make("TallyNotOpen", "state", {}, () => "The tally is not open")

/** A second domain, as small as can be: what is counted. */
export const Tally = Aggregate.make({
  name: "tally",
  id: identifier("TallyId"),
  commands: {
    OpenTally: Command.make({}, { creates: "tally_id" }),
    AddToTally: { amount: Schema.Int }
  },
  events: { TallyOpened: {}, TallyIncreased: { amount: Schema.Int } },
  errors: { TallyNotOpen: closed },
  state: Schema.Struct({ total: Schema.NullOr(Schema.Int) }),
  initial: { total: null },
  decide: ({ total }, command) => {
    if (command.command_type === "OpenTally") return total === null ? accepted({ event_type: "TallyOpened" }) : noChange
    if (total === null) return rejected(closed.make({}))
    return command.amount === 0 ? noChange : accepted({ event_type: "TallyIncreased", amount: command.amount })
  },
  evolve: (state, event) => ({
    ...state,
    total: event.event_type === "TallyOpened" ? 0 : (state.total ?? 0) + event.amount
  })
})
