/** The ids of messages that were stored not long ago, and their sequences. */
export class DuplicateWindow {
  readonly #ids = new Map<string, { readonly seq: number; readonly time: number }>()
  #millis: number

  constructor(millis: number) {
    this.#millis = millis
  }

  /** How long an id is remembered from now on. */
  resize(millis: number): void {
    this.#millis = millis
  }

  /** The sequence of a message, 0 when the id is not known, or not any more. */
  get(id: string, now: number): number {
    this.#forget(now)
    return this.#ids.get(id)?.seq ?? 0
  }

  put(id: string, seq: number, time: number): void {
    // To the end: the oldest ones are first.
    this.#ids.delete(id)
    this.#ids.set(id, { seq, time })
  }

  /** Knows what another one knows. */
  takeOver(other: DuplicateWindow): void {
    for (const [id, { seq, time }] of other.#ids) this.put(id, seq, time)
  }

  clear(): void {
    this.#ids.clear()
  }

  #forget(now: number): void {
    for (const [id, { time }] of this.#ids) {
      if (time + this.#millis > now) return
      this.#ids.delete(id)
    }
  }
}
