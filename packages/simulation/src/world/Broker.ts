import { headerValuesIn } from "@cim-domain/nats/HeaderValues"
import type { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Organization } from "@cim-domain/organization"
import { Effect, type Scope } from "effect"
import { simulatedConnection } from "../broker/client/simulatedConnection.ts"
import type { BrokerFault } from "../broker/faults/BrokerFault.ts"
import { injectFault } from "../broker/faults/injectFault.ts"
import { SimulatedBroker } from "../broker/SimulatedBroker.ts"
import type { Outage, StoredMessage } from "../check/History.ts"
import { beginning } from "../process/VirtualClock.ts"
import type { VirtualProcess } from "../process/VirtualProcess.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import { makeRandomness } from "../time/Randomness.ts"
import type { Timeline } from "../time/Timeline.ts"
import type { Inject } from "./Wire.ts"

/** The broker of a world. */
export interface Broker {
  readonly connect: (process: VirtualProcess) => Effect.Effect<NatsConnection["Service"], never, Scope.Scope>
  /** Publishes something for which nobody waits. */
  readonly inject: Inject
  /** Lets something go wrong. */
  readonly strike: (fault: BrokerFault) => void
  /** Calls back once no message is to be lost, late or doubled any more, but for those that are late already. */
  readonly onceMessagesPass: (told: () => void) => void
  readonly heal: () => void
  /** The event stream as its leader holds it, `null` when it cannot be read. */
  readonly readStream: () => ReadonlyArray<StoredMessage> | null
  readonly outages: ReadonlyArray<Outage>
}

export const makeBroker = ({ brokers, luck }: Scenario, timeline: Timeline): Broker => {
  const broker = new SimulatedBroker({
    timeline,
    randomness: makeRandomness(luck, "broker"),
    size: brokers,
    epochMillis: beginning
  })
  const luckOfClients = makeRandomness(luck, "which server clients connect to first")
  const anyOrder = () => {
    const first = luckOfClients.below(brokers)
    return broker.nodes.map((_, index) => (first + index) % brokers)
  }
  return {
    connect: (process) => simulatedConnection({ broker, name: process.name, nodes: anyOrder(), process }),
    inject: ({ headers, payload, subject }) => {
      const node = broker.nodes.find(({ isUp }) => isUp)
      if (node === undefined) return
      const connection = broker.connect("", node, { min: 0, max: 0 }, () => {})
      connection.publish({ subject, payload, headers, reply: "" })
    },
    strike: (fault) => injectFault(broker, fault),
    onceMessagesPass: (told) => broker.faults.oncePassed(told),
    heal: () => {
      for (const node of broker.nodes) {
        broker.start(node)
        broker.heal(node)
        broker.slow(node, 1)
      }
      broker.faults.clear()
      broker.commandsToShare = 0
    },
    readStream: () => {
      const stream = broker.streams.get(Organization.subjects.eventStream)
      const log = stream?.leaders[0]?.log
      if (log === undefined) return null
      const messages: Array<StoredMessage> = []
      for (let seq = log.firstSeq; seq <= log.lastSeq; seq++) {
        const message = log.get(seq)
        if (message !== undefined) messages.push(storedMessage(message))
      }
      return messages
    },
    outages: []
  }
}

const decoder = new TextDecoder()

const storedMessage = (
  { headers, payload, seq: sequence, subject, time }: {
    readonly headers: Uint8Array | undefined
    readonly payload: Uint8Array
    readonly seq: number
    readonly subject: string
    readonly time: number
  }
): StoredMessage => ({
  sequence,
  subject,
  headers: Object.fromEntries(
    [...headerValuesIn(decoder.decode(headers ?? new Uint8Array())) ?? []].map(([name, [value = ""]]) => [name, value])
  ),
  data: decoder.decode(payload),
  time: new Date(time).toISOString()
})
