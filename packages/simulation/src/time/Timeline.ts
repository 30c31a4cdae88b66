/**
 * What happens in virtual time, and when: nothing waits, the clock jumps to whatever is next. Two things due at once happen in the
 * order in which they were put there.
 */
export interface Timeline {
  /** Milliseconds since the simulation began. */
  readonly now: () => number
  /** Puts something there, so many milliseconds from now, at least 0. Gives what takes it away again. */
  readonly after: (millis: number, run: () => void) => () => void
}
