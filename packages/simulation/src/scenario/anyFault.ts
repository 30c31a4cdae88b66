import type { Randomness } from "../time/Randomness.ts"
import type { ReplicaFault } from "./Fault.ts"

/** A fault by chance. */
export const anyFault = (
  random: Randomness,
  { replicas }: { readonly replicas: number; readonly brokers: number }
): ReplicaFault => {
  const replica = random.below(replicas)
  const millis = (low: number, high: number) => Math.round(random.between(low, high))
  return random.pick<() => ReplicaFault>([
    () => ({ kind: "crash", replica, afterTurns: 1 + random.below(40), downMillis: millis(1, 3_000) }),
    () => ({ kind: "restart", replica, downMillis: millis(1, 2_000), changesRelease: random.chance(0.3) }),
    () => ({ kind: "freeze", replica, millis: millis(10, 8_000) }),
    () => ({ kind: "slow", replica, lagMillis: random.pick([1, 5, 20]), millis: millis(100, 4_000) }),
    () => ({ kind: "jump", replica, millis: random.pick([-86_400_000, -5_000, -50, 50, 5_000, 86_400_000]) })
  ])()
}
