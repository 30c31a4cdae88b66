import { commandTransportContract, contractSubjects } from "@cim-domain/event-sourcing/testing/commandTransportContract"
import { eventStoreContract } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { snapshotStoreContract } from "@cim-domain/event-sourcing/testing/snapshotStoreContract"
import { CommandSubscription } from "@cim-domain/nats/CommandSubscription"
import { NatsCommandTransport } from "@cim-domain/nats/NatsCommandTransport"
import { Deferred, Effect, Exit, Layer } from "effect"
import { connectionTo, liveBroker, simulatedStores } from "./SimulatedStores.ts"

eventStoreContract("JetStream on the simulated broker, one server", simulatedStores(1))
snapshotStoreContract("JetStream on the simulated broker, one server", simulatedStores(1))
eventStoreContract("JetStream on the simulated broker, three servers", simulatedStores(3))
snapshotStoreContract("JetStream on the simulated broker, three servers", simulatedStores(3))

commandTransportContract("on the simulated broker", (answer) =>
  Layer.unwrap(Effect.gen(function*() {
    const broker = liveBroker(1)
    const heard = yield* Deferred.make<void>()
    const listening = CommandSubscription.run({
      subject: contractSubjects.heard,
      queue: "contract",
      maxInFlight: 100,
      drainTimeout: "10 millis",
      take: ({ body, header, subject }, _, respond) => {
        const text = answer({
          subject,
          headers: { "X-Question": header("X-Question") ?? "" },
          body: Buffer.from(body).toString()
        })
        if (text !== null) respond(Exit.succeed({ body: text, headers: {} }))
      },
      overloaded: () => ({ body: "overloaded", headers: {} }),
      defect: () => ({ body: "defect", headers: {} }),
      onSubscribed: Effect.asVoid(Deferred.succeed(heard, undefined))
    })
    yield* Effect.forkScoped(Effect.provide(listening, connectionTo(broker, "listener")))
    yield* Deferred.await(heard)
    return NatsCommandTransport.layer.pipe(Layer.provide(connectionTo(broker, "requester")))
  })))
