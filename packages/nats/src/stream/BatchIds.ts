import { nuid } from "@nats-io/nats-core"
import { Context } from "effect"

/** Names atomic batches. A name means nothing but that no other batch on its way has it. */
export const BatchIds = Context.Reference<{ readonly next: () => string }>("@cim-domain/nats/stream/BatchIds", {
  defaultValue: () => nuid
})
