import { type Context, Effect, type Exit } from "effect"
import type { Cursor, EventToAppend } from "./Event.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * Stores events of one aggregate, told by a callback, which is called once, perhaps before this returns. `services` are those
 * of whoever asks: clock, log, parent of spans.
 *
 * Gives what gives it up, if there is anything to give up: what is not on its way yet is not sent any more. What is may be stored.
 */
export type Submit = (
  aggregateId: string,
  expected: Cursor,
  events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>],
  services: Context.Context<never>,
  onDone: (exit: Exit.Exit<ReadonlyArray<number>, StoreError>) => void
) => (() => void) | void

/**
 * How an event store appends: see there. The callback is what a store is made of and what a command is carried by; the effect
 * wraps it. A store that is given as an effect alone is asked in a fiber.
 */
export interface Append {
  (
    aggregateId: string,
    expected: Cursor,
    events: readonly [EventToAppend, ...ReadonlyArray<EventToAppend>]
  ): Effect.Effect<ReadonlyArray<number>, StoreError>
  readonly submit?: Submit
}

/** An append by its callback. */
export const appendBy = (submit: Submit): Append =>
  Object.assign(
    (...given: Parameters<Append>): ReturnType<Append> =>
      Effect.contextWith((services: Context.Context<never>) =>
        Effect.callback((resume) => {
          const giveUp = submit(...given, services, resume)
          return giveUp === undefined ? undefined : Effect.sync(giveUp)
        })
      ),
    { submit }
  )

/** The callback of an append. */
export const submitOf = (append: Append): Submit =>
  append.submit ?? ((aggregateId, expected, events, services, onDone) => {
    const fiber = Effect.runForkWith(services)(append(aggregateId, expected, events))
    fiber.addObserver(onDone)
    return () => fiber.interruptUnsafe()
  })
