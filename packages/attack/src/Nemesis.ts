import { Effect } from "effect"
import { type AttackedSystem, eventStreamName } from "./AttackedSystem.ts"
import type { Randomness } from "./Randomness.ts"
import { moveLeader } from "./StreamLeader.ts"

/** What was done, and when on the clock of the writers. */
export interface Blow {
  readonly at: number
  readonly kind: "kill" | "pause" | "restart" | "cut" | "move"
  readonly victim: string
  readonly millis: number
}

interface Fault {
  readonly kind: Blow["kind"]
  readonly victim: string
  readonly longest: number
  readonly strike: Effect.Effect<void>
  readonly undo: Effect.Effect<void>
}

const replicaFaults = (replica: AttackedSystem["replicas"][number]): readonly [Fault, ...ReadonlyArray<Fault>] => {
  const fault = (kind: Fault["kind"], longest: number, strike: Effect.Effect<void>, undo: Effect.Effect<void>) => ({
    kind,
    victim: replica.name,
    longest,
    strike,
    undo
  })
  return [
    fault("kill", 2_000, replica.kill, replica.start),
    fault("pause", 8_000, replica.pause, replica.resume),
    fault("restart", 500, replica.stop, replica.start),
    fault("cut", 6_000, replica.cut, replica.heal),
    fault("cut", 8_000, replica.silence, replica.heal)
  ]
}

const brokerFaults = (
  broker: AttackedSystem["brokers"][number],
  name: string,
  system: AttackedSystem
): readonly [Fault, ...ReadonlyArray<Fault>] => [
  { kind: "kill", victim: name, longest: 4_000, strike: broker.kill, undo: Effect.orDie(broker.start) },
  { kind: "pause", victim: name, longest: 7_000, strike: broker.pause, undo: broker.resume },
  {
    kind: "move",
    victim: "stream leader",
    longest: 200,
    // A broker that was killed a moment ago may have been it; then there is nobody to ask.
    strike: Effect.ignore(Effect.raceAll(system.sockets.map((socket) => moveLeader(socket, eventStreamName)))),
    undo: Effect.void
  }
]

const atLeastMillis = 200

const run = Effect.fnUntraced(function*(
  blows: Array<Blow>,
  random: Randomness,
  rest: number,
  choose: () => Fault
) {
  yield* Effect.sleep(1_000)
  for (;;) {
    const fault = choose()
    const millis = Math.round(random.between(atLeastMillis, fault.longest))
    const at = performance.now()
    blows.push({ at, kind: fault.kind, victim: fault.victim, millis })
    yield* Effect.acquireUseRelease(fault.strike, () => Effect.sleep(millis), () => fault.undo)
    yield* Effect.sleep(random.between(0.2, 1) * rest)
  }
})

/**
 * Strikes for as long as it runs; interrupted, it undoes what it has done. At most one broker is down at any time, since
 * two of three are needed to go on, and at most two replicas.
 */
export const nemesis = (
  system: AttackedSystem,
  blows: Array<Blow>,
  randomness: (purpose: string) => Randomness
): Effect.Effect<void> => {
  const brokers = randomness("brokers")
  const striking = (purpose: string, victims: AttackedSystem["replicas"]) => {
    const random = randomness(purpose)
    return run(blows, random, 3_000, () => random.pick(replicaFaults(victims[random.below(victims.length)]!)))
  }
  return Effect.all([
    run(blows, brokers, 6_000, () => {
      const index = brokers.below(system.brokers.length)
      return brokers.pick(brokerFaults(system.brokers[index]!, `broker-${index + 1}`, system))
    }),
    // Different victims, so that one does not undo what the other does.
    striking("first replica", system.replicas.slice(0, 1)),
    striking("other replicas", system.replicas.slice(1))
  ], { concurrency: "unbounded", discard: true })
}
