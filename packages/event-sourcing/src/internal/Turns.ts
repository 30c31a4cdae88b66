import { Effect, Semaphore } from "effect"

/** Runs effects of one key one after another, in the order in which they came, and those of different keys side by side. */
export type Turns = <A, E, R>(key: string, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Knows only keys that somebody is using or waiting for. */
export const makeTurns = (): Turns => {
  const known = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()
  const enter = (key: string) =>
    Effect.sync(() => {
      const turn = known.get(key) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
      turn.users += 1
      known.set(key, turn)
      return turn
    })
  return (key, effect) =>
    Effect.acquireUseRelease(
      enter(key),
      ({ semaphore }) => semaphore.withPermit(effect),
      (turn) =>
        Effect.sync(() => {
          turn.users -= 1
          if (turn.users === 0) known.delete(key)
        })
    )
}
