import { Effect } from "effect"

/** Lets so many be under way at once; further ones wait, and begin in the order in which they came. */
export class Permits {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(permits: number) {
    this.#free = permits
  }

  /** Begins, now or when it is its turn. Gives what gives up waiting, if it waits. Whoever began has to `release` once. */
  take(begin: () => void): (() => void) | undefined {
    if (this.#free > 0) {
      this.#free -= 1
      begin()
      return undefined
    }
    this.#waiting.add(begin)
    return () => void this.#waiting.delete(begin)
  }

  /** Begins if that is possible now. */
  takeNow(): boolean {
    if (this.#free === 0) return false
    this.#free -= 1
    return true
  }

  /** Runs an effect when it is its turn. */
  withPermit<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    const turn = Effect.callback<void>((resume) => {
      let isTaken = false
      const leave = this.take(() => {
        isTaken = true
        resume(Effect.void)
      })
      return Effect.sync(() => isTaken ? this.release() : leave?.())
    })
    return Effect.uninterruptibleMask((restore) =>
      Effect.andThen(restore(turn), Effect.ensuring(restore(effect), Effect.sync(() => this.release())))
    )
  }

  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
