import { snapshotStreamOf } from "@cim-domain/commands/protocol/Subjects"
import { Organization } from "@cim-domain/organization"
import type { BrokerFault, ChangedLimits, MessageKind, PassingRefusal } from "../broker/faults/BrokerFault.ts"
import type { Randomness } from "../time/Randomness.ts"

const stream = Organization.subjects.eventStream
const snapshots = snapshotStreamOf(stream)

const kinds: readonly [MessageKind, ...ReadonlyArray<MessageKind>] = [
  "Publish",
  "Acknowledgement",
  "Acknowledgement",
  "Acknowledgement",
  "Api",
  "ApiAnswer",
  "DirectGet",
  "DirectAnswer",
  "Command",
  "Answer"
]

const codes: readonly [PassingRefusal, ...ReadonlyArray<PassingRefusal>] = [
  10_008,
  10_077,
  10_164,
  10_167,
  10_176,
  10_210
]

/** A fault of the broker by chance. */
export const anyBrokerFault = (random: Randomness, brokers: number): BrokerFault => {
  const millis = (low: number, high: number) => Math.round(random.between(low, high))
  const count = random.pick([1, 1, 2, 5])
  const node = random.pick([-1, -1, 0, 1, 2])
  const any = [
    ...ofMessages(random, millis, count),
    ...ofMessages(random, millis, count),
    ...ofStreams(random, millis, count),
    ...ofServers(random, millis, node, brokers)
  ]
  return any[random.below(any.length)]!()
}

type Fault = () => BrokerFault
type Millis = (low: number, high: number) => number

const ofMessages = (random: Randomness, millis: Millis, count: number): ReadonlyArray<Fault> => [
  () => ({ _tag: "MessagesLost", kind: random.pick(kinds), count }),
  () => ({ _tag: "MessagesLost", kind: "Acknowledgement", count }),
  () => ({ _tag: "MessagesLate", kind: random.pick(kinds), count, millis: millis(5, 6_000) }),
  () => ({ _tag: "MessagesLate", kind: "Publish", count, millis: millis(5, 6_000) }),
  () => ({ _tag: "MessagesDoubled", kind: random.pick(kinds), count, millis: millis(0, 3_000) }),
  () => ({ _tag: "CommandsShared", count })
]

const ofStreams = (random: Randomness, millis: Millis, count: number): ReadonlyArray<Fault> => [
  () => ({
    _tag: "PublishesRefused",
    stream: random.pick([stream, stream, snapshots]),
    count,
    code: random.pick(codes)
  }),
  () => ({ _tag: "PublishesStalled", stream: random.pick([stream, stream, snapshots]), millis: millis(10, 6_000) }),
  () => ({ _tag: "DuplicatesForgotten", stream }),
  () => ({ _tag: "ConsumersSkip", stream, count }),
  () => ({ _tag: "ConsumersRepeat", stream, count }),
  () => ({ _tag: "ConsumersSilent", stream, millis: millis(100, 15_000) }),
  () => ({ _tag: "ConsumersEnd", stream }),
  () => ({ _tag: "MessageCorrupted", stream: snapshots, chance: random.next() }),
  () => ({ _tag: "MessageReverted", stream: snapshots, chance: random.next() }),
  () => ({ _tag: "StreamDeleted", stream: snapshots }),
  () => ({
    _tag: "LimitsSet",
    stream,
    limits: random.pick<ChangedLimits>([{ allow_direct: false }, { allow_atomic: false }, {
      duplicate_window: 100_000_000
    }])
  })
]

/** One server of one is all there is; of three the others go on. */
const ofServers = (random: Randomness, millis: Millis, node: number, brokers: number): ReadonlyArray<Fault> => [
  () => ({ _tag: "LeaderElected", stream, millis: millis(50, 5_000) }),
  () => ({ _tag: "NodeKilled", node, stream, millis: millis(100, 8_000) }),
  () => ({ _tag: "NodeSlow", node, stream, millis: millis(100, 5_000), factor: random.pick([2, 10, 50]) }),
  ...(brokers === 1 ? [] : [
    (): BrokerFault => ({ _tag: "CopyLags", stream, node: random.below(brokers), millis: millis(10, 5_000) }),
    (): BrokerFault => ({ _tag: "CopyLags", stream, node: random.below(brokers), millis: millis(10, 5_000) }),
    ...Array.from({ length: 3 }, () => (): BrokerFault => ({
      _tag: "NodeIsolated",
      node: random.pick([-1, -1, node]),
      stream,
      // The others elect another one after some seconds, while this one goes on answering.
      millis: random.pick([millis(500, 5_000), millis(8_000, 20_000)]),
      noticedAfter: random.pick([0, 500, 5_000])
    }))
  ])
]
