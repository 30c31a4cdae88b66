/** Requests with a larger body take turns, in bytes. */
export const largeBytes = 16 * 1024

/** How many times as long as one of them took everything else has the process for itself, before the next one. */
const restFactor = 3

/**
 * Lets large requests in one at a time, and rests in between.
 *
 * Reading a body takes as long as it is large, some 10 ms at most, and nothing else happens meanwhile. Whoever sends many at
 * once keeps a quarter of the process busy, and all others have the rest. One that comes alone does not wait.
 */
export class LargeRequests {
  readonly #waiting = new Set<() => void>()
  #isResting = false

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Begins, now or when it is its turn; `begin` does not throw. Gives what gives up waiting. */
  enter(begin: () => void): () => void {
    this.#waiting.add(begin)
    if (!this.#isResting) this.#next()
    return () => void this.#waiting.delete(begin)
  }

  readonly #next = (): void => {
    const [begin] = this.#waiting
    this.#isResting = begin !== undefined
    if (begin === undefined) return
    this.#waiting.delete(begin)
    const began = performance.now()
    begin()
    setTimeout(this.#next, restFactor * (performance.now() - began))
  }
}
