import { NatsCommandTransport, NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { ConfigProvider, Layer, Logger, Result } from "effect"

/** A connection of the test's own to the broker at `url`. */
export const connectionTo = (url: string) =>
  NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "test" })

/** The settings of replicas for the broker at `url`. */
export const settingsFor = (url: string) => ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: url } }))

/** Replicas for the broker at `url`, which say nothing, and a transport to them. */
export const onBroker = <E>(url: string, replicas: Layer.Layer<never, E>) =>
  Layer.merge(
    Layer.provide(NatsCommandTransport.layer, connectionTo(url)),
    Layer.provide(replicas, settingsFor(url))
  ).pipe(Layer.provide(Logger.layer([])))
