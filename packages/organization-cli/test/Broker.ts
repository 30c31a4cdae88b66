import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReadyReplica } from "@cim-domain/testbed/startReplica"
import { Context, Effect, Layer } from "effect"

/** A broker with a replica; the CLI reaches the service only through the broker. */
export class Broker extends Context.Service<Broker, { readonly url: string }>()(
  "@cim-domain/organization-cli/test/Broker"
) {
  static readonly layerWith = (settings: Readonly<Record<string, string>>) =>
    Layer.effect(
      Broker,
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        yield* startReadyReplica({ NATS_URL: url, ...settings })
        return Broker.of({ url })
      })
    )
  static readonly layer = Broker.layerWith({})
  /** With a replica that saves a snapshot after every event. */
  static readonly layerSnapshots = Broker.layerWith({ SNAPSHOT_FREQ: "1" })
}
