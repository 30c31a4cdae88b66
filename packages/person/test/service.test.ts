import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { serviceContract, type ServiceExamples } from "@cim-domain/commands/testing/serviceContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Service } from "@cim-domain/service"
import { ConfigProvider, Effect, Layer } from "effect"
import { Person } from "../src/Person.ts"
import { lifeOfPerson } from "./lifeOfPerson.ts"
import { transportTo } from "./transportTo.ts"

const inMemory = inMemoryTransport(Person)

const onBroker = Layer.unwrap(
  Effect.map(NatsServer.server(), ({ url }) =>
    Layer.merge(transportTo(url), Service.layer(Person)).pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: url } })))
    ))
)

const examples: ServiceExamples<"person", NonNullable<(typeof Person)["~inputs"]>> = {
  begins: { command_type: "RegisterPerson", name: "Ada" },
  changes: (number) => ({ command_type: "RenamePerson", name: `Ada the ${number}th` })
}

serviceContract("people in memory", inMemory, Person, examples)
serviceContract("people on a broker", onBroker, Person, examples)
lifeOfPerson("people in memory", inMemory)
lifeOfPerson("people on a broker", onBroker)
