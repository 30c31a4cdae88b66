import { Exit } from "effect"
import type { Cursor, EventToAppend } from "./Event.ts"
import { type Ask, type HotPort, hotPort } from "./HotPort.ts"

/** What an append adds to one aggregate, if that still ends at `expected`. */
export interface AppendPart {
  readonly aggregateId: string
  readonly expected: Cursor
  readonly events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
}

/** The parts of an append, of as many aggregates: stored all or none. */
export type AppendParts = readonly [AppendPart, ...ReadonlyArray<AppendPart>]

/** The positions of the events of each part, in order. */
export type AppendedPositions = readonly [ReadonlyArray<number>, ...ReadonlyArray<ReadonlyArray<number>>]

/** Stores events, told by a callback. */
export type Submit = Ask<AppendParts, AppendedPositions>

/** How an event store appends: see there. */
export type Append = HotPort<AppendParts, AppendedPositions>

/** An append by its callback, which is not asked for what is a mistake of the program, or has more than `eventsMax` events: that dies. */
export const appendBy = (eventsMax: number, submit: Submit): Append =>
  hotPort((parts, services, onDone) => {
    const mistake = mistakeIn(parts, eventsMax)
    return mistake === undefined ? submit(parts, services, onDone) : onDone(Exit.die(new Error(mistake)))
  })

/**
 * Why no store should try these. Two parts of one aggregate would have one guard for both, or two of which one is wrong. A part
 * without events would have none.
 */
const mistakeIn = (parts: ReadonlyArray<AppendPart>, eventsMax: number): string | undefined => {
  if (parts.length === 0) return "an append has at least one part"
  let count = 0
  for (const { aggregateId, events } of parts) {
    if (events.length === 0) return `an append has at least one event for each aggregate, and none for ${aggregateId}`
    count += events.length
  }
  if (count > eventsMax) return `an append takes at most ${eventsMax} events, not ${count}`
  return parts.length > 1 && new Set(parts.map(({ aggregateId }) => aggregateId)).size < parts.length
    ? `an append has one part for each aggregate, not ${parts.map(({ aggregateId }) => aggregateId).join(", ")}`
    : undefined
}
