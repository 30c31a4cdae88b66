/**
 * A map that keeps the `capacity` entries used last.
 *
 * Effect's `Cache` is built around a lookup and forks a fiber for each `set`; what is needed here is get and set on the hot
 * path of every command, so a `Map`, which iterates in insertion order, does it.
 */
export class RecentlyUsed<Value> {
  readonly #entries = new Map<string, Value>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        return
      }
    }
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
