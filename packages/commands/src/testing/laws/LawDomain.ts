import type { Decision } from "@cim-domain/event-sourcing/Decider"
import type { EventToAppend, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { Result } from "effect"
import type { AnyAggregate } from "../../Aggregate.ts"
import type { DecideContext } from "../../DecideContext.ts"
import type { AnyCommand } from "../../definition/CommandCatalog.ts"
import type { AnyEvent } from "../../definition/EventCatalog.ts"
import type { Kept } from "../../history/Kept.ts"
import type { OpaqueEvent } from "../../history/OpaqueEvent.ts"
import type { AnyError } from "../../Rejection.ts"
import { type DomainArbitraries, type Walk, walkedId } from "../domainArbitraries.ts"
import type { SchemaArbitraryOptions } from "../schemaArbitrary.ts"

/** A domain under its laws. */
export interface LawDomain {
  readonly aggregate: AnyAggregate
  readonly arbitraries: DomainArbitraries
  readonly values: SchemaArbitraryOptions
  /** Evaluations of each law. */
  readonly runs: number
  /** Types of events that may leave the state as it is. */
  readonly silent: ReadonlyArray<string>
  /** Types of events that no command leads to. */
  readonly never: ReadonlyArray<string>
  /** Types of events that say more than what decides whether there is a change. */
  readonly besides: ReadonlyArray<string>
  /** The paths of the state that an event is about. */
  readonly about: ((event: AnyEvent, state: PlainState) => ReadonlyArray<string>) | undefined
}

/** A state as a snapshot has it, without what is counted and remembered of every event. */
export type PlainState = { readonly [field: string]: unknown }

/** One command of a walk, and what became of it. */
export interface Step {
  readonly command: AnyCommand
  readonly context: DecideContext<any>
  readonly before: Kept
  readonly decision: Decision<AnyEvent, AnyError>
  readonly events: ReadonlyArray<AnyEvent>
  readonly after: Kept
}

/** The state after events, from a state, with what is known of their command. */
export const applied = (
  { decider }: AnyAggregate,
  state: Kept,
  events: ReadonlyArray<AnyEvent | OpaqueEvent>,
  command?: AnyCommand
): Kept =>
  events.reduce<Kept>(
    (state, event) => decider.evolve(state, event, state.version + 1, command && decider.factsOf?.(command)),
    state
  )

/** The state of the walked aggregate after events. */
export const replayed = (aggregate: AnyAggregate, events: ReadonlyArray<AnyEvent | OpaqueEvent>): Kept =>
  applied(aggregate, aggregate.decider.initial(walkedId) as Kept, events)

/** What each command of a walk meets and does. */
export const stepsOf = (aggregate: AnyAggregate, walk: Walk): ReadonlyArray<Step> => {
  let before = aggregate.decider.initial(walkedId) as Kept
  return walk.map(([command, context]) => {
    const decision = decided(aggregate, before, command, context)
    const events = decision._tag === "Accepted" ? decision.events : []
    const step = { command, context, before, decision, events, after: applied(aggregate, before, events, command) }
    before = step.after
    return step
  })
}

/** What a state says to a command. */
export const decided = (
  { decider }: AnyAggregate,
  state: Kept,
  command: AnyCommand,
  context: DecideContext<any>
): Decision<AnyEvent, AnyError> => decider.decide(state, command, context)

/** A state as it comes out of a snapshot. */
export const restored = ({ states }: AnyAggregate, state: Kept): Kept =>
  Result.getOrThrowWith(states.decode(states.encode(state as never)), (why) => new Error(why)) as Kept

/** An event as a store has it. */
export const recordOf = (event: EventToAppend, version = 1): RecordedEvent => ({
  aggregateId: walkedId,
  id: event.id,
  type: event.type,
  version,
  position: version,
  time: 0,
  commandId: event.cause.commandId,
  correlationId: event.cause.correlationId,
  command: event.command ?? null,
  data: event.data
})

/** What somebody who decides again sees of a decision, in a line. */
export const named = (decision: Decision<AnyEvent, AnyError>): string =>
  decision._tag === "Rejected" ? `Rejected ${decision.rejection._tag}` : decision._tag

/** What an aggregate makes of events, without what is counted and remembered of every event. */
export const meaningOf = ({ states }: AnyAggregate, state: Kept): PlainState => {
  const { anomalies: _, recent_commands: __, unknown_events: ___, updated_at: ____, version: _____, ...own } = JSON
    .parse(
      states.encode(state)
    )
  return own
}

/** Whether nothing but plain data is in a value, so that it can be frozen and compared. */
export const isPlain = (value: unknown): boolean =>
  typeof value !== "object" || value === null ||
  ([Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isPlain))
