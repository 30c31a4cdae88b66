import { type Context, Effect, Exit } from "effect"
import type { Cursor, EventToAppend } from "./Event.ts"
import type { StoreError } from "./StoreError.ts"

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

/**
 * Stores events, told by a callback, which is called once, perhaps before this returns. `services` are those of whoever asks: clock,
 * log, parent of spans.
 *
 * Gives what gives it up, if there is anything to give up: what is not on its way yet is not sent any more. What is may be stored.
 */
export type Submit = (
  parts: AppendParts,
  services: Context.Context<never>,
  onDone: (exit: Exit.Exit<AppendedPositions, StoreError>) => void
) => (() => void) | void

/**
 * How an event store appends: see there. The callback is what a store is made of and what a command is carried by; the effect
 * wraps it. A store that is given as an effect alone is asked in a fiber.
 */
export interface Append {
  (parts: AppendParts): Effect.Effect<AppendedPositions, StoreError>
  readonly submit?: Submit
}

/** An append by its callback, which is not asked for what is a mistake of the program, or has more than `eventsMax` events: that dies. */
export const appendBy = (eventsMax: number, submit: Submit): Append => {
  const checked: Submit = (parts, services, onDone) => {
    const mistake = mistakeIn(parts, eventsMax)
    return mistake === undefined ? submit(parts, services, onDone) : onDone(Exit.die(new Error(mistake)))
  }
  return Object.assign(
    (parts: AppendParts): ReturnType<Append> =>
      Effect.contextWith((services: Context.Context<never>) =>
        Effect.callback((resume) => {
          const giveUp = checked(parts, services, resume)
          return giveUp === undefined ? undefined : Effect.sync(giveUp)
        })
      ),
    { submit: checked }
  )
}

/** The callback of an append. */
export const submitOf = (append: Append): Submit =>
  append.submit ?? ((parts, services, onDone) => {
    const fiber = Effect.runForkWith(services)(append(parts))
    fiber.addObserver(onDone)
    return () => fiber.interruptUnsafe()
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
