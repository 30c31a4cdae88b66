import { Schema } from "effect"

/** A command was decided this many times, and every time somebody else appended first. Nothing was stored. */
export class ConcurrencyExhausted extends Schema.TaggedError<ConcurrencyExhausted>()("ConcurrencyExhausted", {
  attempts: Schema.Int
}) {
  override get message() {
    return `gave up after ${this.attempts} conflicting decisions`
  }
}
