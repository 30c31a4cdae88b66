import type { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Organization } from "@cim-domain/organization"
import { Effect, type Scope } from "effect"
import { SimulatedBroker } from "../broker/SimulatedBroker.ts"
import { simulatedConnection } from "../broker/client/simulatedConnection.ts"
import type { Outage, StoredMessage } from "../check/History.ts"
import { beginning } from "../process/VirtualClock.ts"
import type { VirtualProcess } from "../process/VirtualProcess.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import { makeRandomness } from "../time/Randomness.ts"
import type { Timeline } from "../time/Timeline.ts"
import type { Chronicle } from "./Chronicle.ts"

/** The broker of a world. */
export interface Broker {
  readonly connect: (process: VirtualProcess) => Effect.Effect<NatsConnection["Service"], never, Scope.Scope>
  readonly heal: () => void
  /** The event stream as its leader holds it, `null` when it cannot be read. */
  readonly readStream: () => ReadonlyArray<StoredMessage> | null
  readonly outages: ReadonlyArray<Outage>
}

export const makeBroker = ({ brokers, luck }: Scenario, timeline: Timeline, chronicle: Chronicle): Broker => {
  const broker = new SimulatedBroker({
    timeline,
    randomness: makeRandomness(luck, "broker"),
    size: brokers,
    epochMillis: beginning
  })
  let connections = 0
  return {
    connect: (process) => simulatedConnection({ broker, name: `c${++connections}`, process }),
    heal: () => {},
    readStream: () => null,
    outages: []
  }
}
