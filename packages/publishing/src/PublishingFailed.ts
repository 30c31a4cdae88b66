import { Data } from "effect"

/** Something cannot be built, packed or documented as it is. Its message says what, and what to do. */
export class PublishingFailed extends Data.TaggedError("PublishingFailed")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}
