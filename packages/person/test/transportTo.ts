import { NatsCommandTransport, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { Layer, Result } from "effect"

/** Commands to whoever serves at a broker, over a connection of their own. */
export const transportTo = (url: string) =>
  NatsCommandTransport.layer.pipe(
    Layer.provideMerge(NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "test" }))
  )
