import { type ApiError, apiErrors } from "../api/apiErrors.ts"
import type { PushConsumer } from "../consumers/PushConsumer.ts"
import type { SimulatedBroker } from "../SimulatedBroker.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import type { StoredMessage } from "../stream/StreamLog.ts"
import type { BrokerFault, PassingRefusal } from "./BrokerFault.ts"

const refusals: Record<PassingRefusal, ApiError> = {
  10_008: apiErrors.notAvailable,
  10_077: apiErrors.storeFailed("write failed"),
  10_164: apiErrors.wrongLastSequenceInFlight,
  10_167: apiErrors.tooManyRequests,
  10_176: apiErrors.batchIncomplete,
  10_210: apiErrors.batchesInFlight
}

/** Lets something go wrong with a broker, now and for as long as the fault says. One that does not apply does nothing. */
export const injectFault = (broker: SimulatedBroker, fault: BrokerFault): void => {
  switch (fault._tag) {
    case "MessagesLost":
      return broker.faults.add(fault.kind, "lost", fault.count, 0)
    case "MessagesLate":
      return broker.faults.add(fault.kind, "late", fault.count, fault.millis)
    case "MessagesDoubled":
      return broker.faults.add(fault.kind, "doubled", fault.count, fault.millis)
    case "CommandsShared":
      broker.commandsToShare += fault.count
      return
    case "NodeKilled":
    case "NodeIsolated":
    case "NodeSlow":
      return faultOfNode(broker, fault)
    case "ConnectionsCut":
      return broker.connectionsOf(fault.client).forEach((connection) => connection.cut("the server closed it"))
    case "ConnectionsHeld":
      return broker.connectionsOf(fault.client).forEach((connection) => connection.hold(fault.millis))
    default: {
      const stream = broker.streams.get(fault.stream)
      if (stream !== undefined) faultOfStream(broker, stream, fault)
    }
  }
}

type NodeFault = Extract<BrokerFault, { readonly _tag: "NodeKilled" | "NodeIsolated" | "NodeSlow" }>
type StreamFault = Extract<BrokerFault, { readonly stream: string }>

const faultOfNode = (broker: SimulatedBroker, fault: NodeFault): void => {
  const node = broker.nodeOf(fault.node, fault.stream)
  const afterwards = (run: () => void) => void broker.timeline.after(fault.millis, run)
  switch (fault._tag) {
    case "NodeKilled":
      broker.kill(node)
      return afterwards(() => broker.start(node))
    case "NodeIsolated":
      broker.isolate(node, fault.noticedAfter)
      return afterwards(() => broker.heal(node))
    case "NodeSlow":
      broker.slow(node, fault.factor)
      return afterwards(() => broker.slow(node, 1))
  }
}

const faultOfStream = (
  broker: SimulatedBroker,
  stream: SimulatedStream,
  fault: Exclude<StreamFault, NodeFault>
): void => {
  switch (fault._tag) {
    case "PublishesRefused":
      return stream.refuseNext(fault.count, refusals[fault.code])
    case "PublishesStalled":
      return stream.stall(fault.millis)
    case "CopyLags": {
      const member = stream.group.memberOn(broker.nodeOf(fault.node, ""))
      if (member === undefined || member.isLeader) return
      stream.group.hold(member, true)
      return void broker.timeline.after(fault.millis, () => stream.group.hold(member, false))
    }
    case "LeaderElected":
      return broker.elections.stepDown(stream, fault.millis)
    case "DuplicatesForgotten":
      return stream.copies.forEach(({ ids }) => ids.clear())
    case "MessageCorrupted":
      return corrupt(stream, fault.chance)
    case "MessageReverted":
      return revert(stream, fault.chance)
    case "LimitsSet":
      return broker.changeStream(fault.stream, fault.limits)
    case "StreamDeleted":
      return broker.deleteStream(fault.stream)
    default:
      return consumersOf(broker, stream).forEach((consumer) => faultOfConsumer(consumer, fault))
  }
}

type ConsumerFault = Extract<
  BrokerFault,
  { readonly _tag: "ConsumersSkip" | "ConsumersRepeat" | "ConsumersSilent" | "ConsumersEnd" }
>

const faultOfConsumer = (consumer: PushConsumer, fault: ConsumerFault): void => {
  switch (fault._tag) {
    case "ConsumersSkip":
      return consumer.skip(fault.count)
    case "ConsumersRepeat":
      return consumer.repeat(fault.count)
    case "ConsumersSilent":
      return consumer.silence(fault.millis)
    case "ConsumersEnd":
      return consumer.end()
  }
}

const consumersOf = (broker: SimulatedBroker, { name }: SimulatedStream): ReadonlyArray<PushConsumer> =>
  [...broker.consumers.values()].filter((consumer) => consumer.stream === name)

/** One of so many, by a number from 0 up to 1. */
const chosen = <A>(all: ReadonlyArray<A>, chance: number): A | undefined => all[Math.floor(chance * all.length)]

const messagesOf = ({ copies }: SimulatedStream): ReadonlyArray<StoredMessage> => {
  const { log } = copies[0]!
  return Array.from({ length: log.lastSeq - log.firstSeq + 1 }, (_, index) => log.get(log.firstSeq + index))
    .filter((message) => message !== undefined)
}

const corrupt = (stream: SimulatedStream, chance: number): void => {
  const message = chosen(messagesOf(stream).filter(({ payload }) => payload.length > 0), chance)
  if (message === undefined) return
  const payload = message.payload.slice()
  const bit = Math.floor(((chance * 7_919) % 1) * payload.length * 8)
  payload[bit >> 3]! ^= 1 << (bit & 7)
  for (const { log } of stream.copies) log.corrupt(message.seq, payload)
}

const revert = (stream: SimulatedStream, chance: number): void => {
  const { log } = stream.copies[0]!
  const message = chosen(messagesOf(stream).filter(({ subject }) => log.former.has(subject)), chance)
  const former = message === undefined ? undefined : log.former.get(message.subject)
  const [leader] = stream.leaders
  if (former === undefined || leader === undefined) return
  stream.restore(leader, former)
}
