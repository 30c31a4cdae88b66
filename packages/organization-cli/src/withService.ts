import { NatsCommandTransport } from "@cim-domain/nats/NatsCommandTransport"
import { OrganizationClient } from "@cim-domain/organization"
import { Duration, Effect, Layer } from "effect"
import { organizationCommand } from "./organizationCommand.ts"
import { withBroker } from "./withBroker.ts"

/**
 * Gives an effect the service behind the broker that the shared flags name: a typed client, and the transport for what it
 * does not know. Fails like `withBroker`.
 */
export const withService = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const { timeout } = yield* organizationCommand
  const client = OrganizationClient.layer({ deadline: Duration.seconds(timeout) }).pipe(
    Layer.provideMerge(NatsCommandTransport.layer)
  )
  return yield* withBroker(Effect.provide(effect, client))
})
