import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Service } from "@cim-domain/service"
import { ConfigProvider, Effect, Layer } from "effect"
import { Person } from "../src/Person.ts"
import { serviceContract } from "./serviceContract.ts"
import { transportTo } from "./transportTo.ts"

serviceContract("people in memory", inMemoryTransport(Person))

const onBroker = Layer.unwrap(
  Effect.map(NatsServer.server(), ({ url }) =>
    Layer.merge(transportTo(url), Service.layer(Person)).pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: url } })))
    ))
)

serviceContract("people on a broker", onBroker)
