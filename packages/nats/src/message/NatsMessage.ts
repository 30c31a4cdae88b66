import type { Msg } from "@nats-io/nats-core"

/** A message as the broker delivers it. */
export type NatsMessage = Msg
