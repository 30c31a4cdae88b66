import type { Randomness } from "../time/Randomness.ts"
import { anyBrokerFault } from "./anyBrokerFault.ts"
import type { FaultOfBroker, ReplicaFault, WireTrouble } from "./Fault.ts"
import { refusalNames } from "./Refused.ts"

const millis = (random: Randomness, low: number, high: number) => Math.round(random.between(low, high))

/** A fault by chance. */
export const anyFault = (
  random: Randomness,
  { brokers, replicas }: { readonly replicas: number; readonly brokers: number }
): ReplicaFault | FaultOfBroker => {
  if (random.chance(0.5)) return { kind: "broker", fault: anyBrokerFault(random, brokers) }
  const replica = random.below(replicas)
  return random.pick<() => ReplicaFault>([
    () => ({ kind: "crash", replica, afterTurns: 1 + random.below(40), downMillis: millis(random, 1, 3_000) }),
    () => ({ kind: "restart", replica, downMillis: millis(random, 1, 2_000), changesRelease: random.chance(0.3) }),
    () => ({ kind: "freeze", replica, millis: millis(random, 10, 8_000) }),
    () => ({ kind: "slow", replica, lagMillis: random.pick([1, 5, 20]), millis: millis(random, 100, 4_000) }),
    () => ({ kind: "jump", replica, millis: random.pick([-86_400_000, -5_000, -50, 50, 5_000, 86_400_000]) }),
    () => ({ kind: "cut", replica }),
    () => ({ kind: "hold", replica, millis: millis(random, 10, 12_000) }),
    () => wire(random, replica),
    () => wire(random, replica)
  ])()
}

const wire = (random: Randomness, replica: number): ReplicaFault => {
  const trouble = random.pick<() => WireTrouble>([
    () => ({ what: "lose answer" }),
    () => ({ what: "late answer", millis: millis(random, 5, 3_000) }),
    () => ({ what: "lose append" }),
    () => ({ what: "late append", millis: millis(random, 5, 6_000) }),
    () => ({ what: "nobody" }),
    () => ({ what: "refuse", refusal: random.pick(refusalNames) }),
    () => ({ what: "lose read" })
  ])()
  // A broker that says three times that it knows an id has the event.
  const isKnown = trouble.what === "refuse" && trouble.refusal === "known id"
  return { kind: "wire", replica, trouble, count: isKnown ? 1 : random.pick([1, 1, 2, 5]) }
}
