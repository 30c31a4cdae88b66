import { Runtime, Schema } from "effect"

/** Something was not as promised; what, has been printed. */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { violations: Schema.Int }) {
  override readonly [Runtime.errorExitCode] = 1
  override get message() {
    return `${this.violations} violations`
  }
}
