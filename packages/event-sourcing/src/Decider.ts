import type { CommandFacts, EventReference, RecordedEvent } from "./store/Event.ts"

/**
 * What a decider says to a command.
 *
 * - `Accepted`: these events happen, all or none.
 * - `NoChange`: fine, and there is nothing to record.
 * - `Duplicate`: this very command already took effect; these are its recorded events.
 * - `Rejected`: no, and why.
 * - `Forgotten`: the command may have taken effect so long ago that the state does not remember it. The history is looked
 *   through for its id, and it is decided again with what was found.
 */
export type Decision<Event, Rejection> =
  | { readonly _tag: "Accepted"; readonly events: readonly [Event, ...ReadonlyArray<Event>] }
  | { readonly _tag: "NoChange" }
  | { readonly _tag: "Duplicate"; readonly events: ReadonlyArray<EventReference> }
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }
  | { readonly _tag: "Forgotten"; readonly commandId: string }

/**
 * The decision to record `events`. They are taken as they are written, so that `event_type: "Opened"` is that type and no string.
 *
 * ```ts
 * accepted({ event_type: "Opened", by: command.by })
 * ```
 */
export const accepted = <const Events extends readonly [unknown, ...ReadonlyArray<unknown>]>(
  ...events: Events
): Decision<Events[number], never> => ({ _tag: "Accepted", events })

/** The decision that nothing needs to be recorded. */
export const noChange: Decision<never, never> = { _tag: "NoChange" }

/** The decision that the command already took effect as `events`. */
export const duplicate = (events: ReadonlyArray<EventReference>): Decision<never, never> => ({
  _tag: "Duplicate",
  events
})

/** The decision to refuse, with the reason. */
export const rejected = <Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  _tag: "Rejected",
  rejection
})

/**
 * A domain as one value (Chassaing, "Functional Event Sourcing Decider").
 *
 * All functions are pure and total: no clock, no randomness, no I/O, no exception. Time and identifiers reach
 * `decide` through `context`. They are called as often as the machinery likes: for groups of commands, and again after a conflict.
 *
 * - `decide` gets what the history holds of the command (nothing: `[]`) once it has said `Forgotten`.
 * - `evolve` also receives the event's store-wide `position` and what is known of its command, for domains that remember where
 *   a command's events are. A position may be provisional, in a state that is only decided on. One event always moves the state
 *   one version on, whatever the event is.
 *
 * Laws (see `testing/deciderLaws.ts`): equal arguments give equal results; replaying the recorded events gives the state
 * held; deciding again after applying the events of an accepted command gives `Duplicate`.
 */
export interface Decider<State, Command, Event, Rejection, Context> {
  readonly initial: (aggregateId: string) => State
  readonly decide: (
    state: State,
    command: Command,
    context: Context,
    found?: ReadonlyArray<RecordedEvent>
  ) => Decision<Event, Rejection>
  readonly evolve: (state: State, event: Event, position: number, facts?: CommandFacts | null) => State
  /**
   * Whether a command is one that begins an aggregate, so that it is worth while to decide it on the initial state before anybody
   * has looked for another one: the store refuses what was decided so when there is one. Default: none is.
   */
  readonly begins?: (command: Command) => boolean
  /** What its events tell of a command, so that a repeated one is known for what it is. Default: its id alone. */
  readonly factsOf?: (command: Command) => CommandFacts
}
