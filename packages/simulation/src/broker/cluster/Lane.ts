import type { Timeline } from "../../time/Timeline.ts"

/** What arrives in the order in which it was sent, each after a time of its own: none overtakes another. */
export class Lane {
  readonly #timeline: Timeline
  #waiting: Array<() => void> = []
  #next = 0
  /** When the last one arrives. */
  lastAt = 0

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** Sends something that takes so many milliseconds, or until what was sent before has arrived. */
  send(millis: number, run: () => void): void {
    const now = this.#timeline.now()
    this.lastAt = Math.max(this.lastAt, now + millis)
    this.#waiting.push(run)
    // Sums of fractions are not exact: whichever of two is due first runs what was sent first.
    this.#timeline.after(this.lastAt - now, this.#arrive)
  }

  readonly #arrive = (): void => {
    const run = this.#waiting[this.#next]!
    this.#next += 1
    if (this.#next === this.#waiting.length || this.#next === 1_024) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
    run()
  }
}
