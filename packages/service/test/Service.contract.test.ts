import * as Client from "@cim-domain/commands/client/Client"
import { Parcel, parcelExamples } from "@cim-domain/commands/testing/Parcel"
import { serviceContract } from "@cim-domain/commands/testing/serviceContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Service } from "@cim-domain/service"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { onBroker } from "./onBroker.ts"
import { Tally } from "./Tally.ts"

/** A broker of its own, two replicas for parcels and one for tallies in this process, and a transport to all of them. */
const served = Layer.unwrap(
  Effect.map(
    NatsServer.server(),
    ({ url }) => onBroker(url, Layer.mergeAll(Service.layer(Parcel), Service.layer(Parcel), Service.layer(Tally)))
  )
)

serviceContract("parcels on a broker, by two replicas", served, Parcel, parcelExamples)

serviceContract("tallies on a broker, beside parcels", served, Tally, {
  begins: { command_type: "OpenTally" },
  changes: (number) => ({ command_type: "AddToTally", amount: number })
})

layer(served, { timeout: "60 seconds", excludeTestServices: true })("two domains in one process", (it) => {
  it.effect("answer with what is theirs, each under its own name", () =>
    Effect.gen(function*() {
      const tallies = yield* Client.make(Tally)
      const parcels = yield* Client.make(Parcel)
      const { command_type: _, ...sent } = parcelExamples.begins
      const [tally, parcel] = yield* Effect.all([tallies.submit("OpenTally", {}), parcels.submit("SendParcel", sent)])
      assert.deepStrictEqual(tally.events.map((event) => [event["tally_id"], event.event_type]), [[
        tally.created_id,
        "TallyOpened"
      ]])
      assert.deepStrictEqual(parcel.events.map((event) => [event["parcel_id"], event.event_type]), [[
        parcel.created_id,
        "ParcelSent"
      ]])
      assert.deepStrictEqual([tally.stream_sequence, parcel.stream_sequence], [1, 1])
    }))
})
