import { Deferred, Effect } from "effect"
import { EventStore, type ObservedEvent } from "../src/store/EventStore.ts"
import { AppendUnconfirmed, StoreError } from "../src/store/StoreError.ts"

/** What one replica sees of a store: when answers and events reach it is up to the test. */
export interface Interleaved {
  readonly events: EventStore["Service"]
  /** Lets the answer to what was asked first come. */
  readonly answer: Effect.Effect<void>
  /** Loses the answer to what was asked first, when that is an append. */
  readonly lose: Effect.Effect<void>
  /** Shows the next event, if there is one. */
  readonly show: () => void
  /** The next event never comes. */
  readonly miss: () => void
  /** From now on everything comes at once, and what was held back first. */
  readonly open: Effect.Effect<void>
}

/** Holds back what the store of the context says to one replica. What is asked takes effect at once. */
export const interleaved = Effect.map(EventStore, (store): Interleaved => {
  const answers: Array<Deferred.Deferred<boolean>> = []
  const events: Array<ObservedEvent> = []
  let observer: ((event: ObservedEvent) => void) | undefined
  let isOpen = false

  const heldBack = Effect.suspend(() => {
    if (isOpen) return Effect.succeed(true)
    const arrived = Deferred.makeUnsafe<boolean>()
    answers.push(arrived)
    return Deferred.await(arrived)
  })
  const settle = (arrives: boolean) =>
    Effect.suspend(() => {
      const first = answers.shift()
      return first === undefined ? Effect.void : Effect.asVoid(Deferred.succeed(first, arrives))
    })
  const show = () => {
    const event = events.shift()
    if (event !== undefined) observer?.(event)
  }

  return {
    events: EventStore.of({
      ...store,
      read: (aggregateId, after) =>
        Effect.flatMap(
          Effect.exit(store.read(aggregateId, after)),
          (exit) => Effect.andThen(heldBack, exit)
        ),
      append: (parts) =>
        Effect.gen(function*() {
          const exit = yield* Effect.exit(store.append(parts))
          if (yield* heldBack) return yield* exit
          return yield* new StoreError({
            reason: new AppendUnconfirmed({
              aggregateIds: parts.map(({ aggregateId }) => aggregateId),
              detail: "lost",
              alreadySeen: false
            })
          })
        }),
      observe: (onEvent) => {
        observer = onEvent
        return store.observe((event) => {
          if (isOpen) onEvent(event)
          else events.push(event)
        })
      }
    }),
    answer: settle(true),
    lose: settle(false),
    show,
    miss: () => void events.shift(),
    open: Effect.suspend(() => {
      isOpen = true
      while (events.length > 0) show()
      return Effect.forEach(answers.splice(0), (each) => Deferred.succeed(each, true), { discard: true })
    })
  }
})
