import { Result } from "effect"
import type { AggregateOptions, StateCodec } from "../src/aggregate/Aggregate.ts"
import { accepted, type Decider, duplicate, noChange, rejected } from "../src/Decider.ts"
import type { EventCodec, EventReference } from "../src/store/Event.ts"

/** The smallest domain with every kind of decision: a number that is added to and never passes its limit. */
export interface TallyState {
  readonly total: number
  readonly version: number
  readonly commands: Readonly<Record<string, EventReference>>
}
export interface Added {
  readonly commandId: string
  readonly amount: number
}
export interface Add {
  readonly id: string
  readonly amount: number
}

export const tally: Decider<TallyState, Add, Added, "TooMuch", { readonly limit: number }> = {
  initial: () => ({ total: 0, version: 0, commands: {} }),
  decide: (state, command, { limit }) => {
    const known = state.commands[command.id]
    if (known !== undefined) return duplicate([known])
    if (command.amount === 0) return noChange
    if (state.total + command.amount > limit) return rejected("TooMuch")
    return accepted({ commandId: command.id, amount: command.amount })
  },
  evolve: (state, { amount, commandId }, position) => ({
    total: state.total + amount,
    version: state.version + 1,
    commands: {
      ...state.commands,
      [commandId]: { id: `${commandId}:0`, type: "Added", version: state.version + 1, position }
    }
  })
}

export const tallyEvents: EventCodec<Added> = {
  encode: (event) => ({
    id: `${event.commandId}:0`,
    type: "Added",
    token: "added",
    schemaVersion: 1,
    cause: { commandId: event.commandId, correlationId: event.commandId, causationId: event.commandId, actor: null },
    data: JSON.stringify(event)
  }),
  decode: (recorded) => JSON.parse(recorded.data) as Added
}

export const tallyStates: StateCodec<TallyState> = {
  fingerprint: "tally-1",
  encode: (state) => JSON.stringify(state),
  decode: (text) => Result.try({ try: () => JSON.parse(text) as TallyState, catch: String })
}

export const tallyOptions = {
  decider: tally,
  events: tallyEvents,
  states: tallyStates,
  cacheCapacity: 100,
  snapshotEvery: 1_000_000
} satisfies AggregateOptions<TallyState, Added>
