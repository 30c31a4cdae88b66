import { Effect } from "effect"
import { exitCodes } from "./exitCodes.ts"

let exitCode: number = exitCodes.unanswered

/** What Ctrl-C means. An interrupted fiber cannot say so itself: its exit is the interruption, whatever it does. */
export const interruption = {
  /** What the process exits with when it is interrupted. */
  get exitCode(): number {
    return exitCode
  },
  /** From now on Ctrl-C is the way to end well. */
  isExpected: Effect.sync(() => {
    exitCode = 0
  })
}
