import { Context, Effect } from "effect"
import { exitCodes } from "./exitCodes.ts"

/** What Ctrl-C means to one run. An interrupted fiber cannot say so itself: its exit is the interruption, whatever it does. */
export class Interruption extends Context.Service<Interruption, {
  /** From now on Ctrl-C is the way to end well. */
  readonly isExpected: Effect.Effect<void>
  /** What the process exits with when it is interrupted. */
  readonly exitCode: () => number
}>()("@cim-domain/organization-cli/Interruption") {
  static readonly make = (): Interruption["Service"] => {
    let exitCode: number = exitCodes.unanswered
    return {
      isExpected: Effect.sync(() => {
        exitCode = 0
      }),
      exitCode: () => exitCode
    }
  }
}
