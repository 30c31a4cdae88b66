import type { EventReference } from "./Event.ts"

/**
 * What a decider says to a command.
 *
 * - `Accepted`: these events happen, all or none.
 * - `NoChange`: fine, and there is nothing to record.
 * - `Duplicate`: this very command already took effect; these are its recorded events.
 * - `Rejected`: no, and why.
 */
export type Decision<Event, Rejection> =
  | { readonly _tag: "Accepted"; readonly events: readonly [Event, ...ReadonlyArray<Event>] }
  | { readonly _tag: "NoChange" }
  | { readonly _tag: "Duplicate"; readonly events: ReadonlyArray<EventReference> }
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }

/** The decision to record `events`. */
export const accepted = <Event>(...events: readonly [Event, ...ReadonlyArray<Event>]): Decision<Event, never> => ({
  _tag: "Accepted",
  events
})

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
 * All three functions are pure and total: no clock, no randomness, no I/O, no exception. Time and identifiers reach
 * `decide` through `context`. `evolve` also receives the event's store-wide `position`, for domains that remember where
 * a command's events are; one event always moves the state one version on, whatever the event is.
 *
 * Laws (see `testing/DeciderLaws.ts`): equal arguments give equal results; replaying the recorded events gives the state
 * held; deciding again after applying the events of an accepted command gives `Duplicate`.
 */
export interface Decider<State, Command, Event, Rejection, Context> {
  readonly initial: (aggregateId: string) => State
  readonly decide: (state: State, command: Command, context: Context) => Decision<Event, Rejection>
  readonly evolve: (state: State, event: Event, position: number) => State
  /**
   * Whether a command is one that begins an aggregate, so that it is worth while to decide it on the initial state before anybody
   * has looked for another one: the store refuses what was decided so when there is one. Default: none is.
   */
  readonly begins?: (command: Command) => boolean
}
