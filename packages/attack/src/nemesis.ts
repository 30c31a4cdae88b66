import type { Outage } from "@cim-domain/simulation/check/History"
import type { Randomness } from "@cim-domain/simulation/time/Randomness"
import { Effect } from "effect"
import { type AttackedSystem, eventStreamName } from "./AttackedSystem.ts"
import { moveLeader } from "./StreamLeader.ts"

/** What was done, and when on the clock of the writers. */
export interface Blow {
  readonly at: number
  readonly kind: "kill" | "pause" | "restart" | "cut" | "move" | "isolate" | "outage"
  readonly victim: string
  readonly millis: number
  /** From when it was done until somebody began to undo it; `null` until then. */
  lasted: Outage | null
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

const brokerFaults = (index: number, system: AttackedSystem): readonly [Fault, ...ReadonlyArray<Fault>] => {
  const broker = system.brokers[index]!
  const name = `broker-${index + 1}`
  return [
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
}

/** What makes most commands wait for as long as it lasts, and for an election after it. */
const harshBrokerFaults = (index: number, system: AttackedSystem): readonly [Fault, ...ReadonlyArray<Fault>] => {
  const broker = system.brokers[index]!
  const name = `broker-${index + 1}`
  const routes = system.routes(index)
  const both = [broker, system.brokers[(index + 1) % system.brokers.length]!]
  const forBoth = (act: (each: typeof broker) => Effect.Effect<void>) =>
    Effect.forEach(both, act, { concurrency: "unbounded", discard: true })
  return [
    // The others may find another leader, while clients of this one notice nothing.
    { kind: "isolate", victim: name, longest: 10_000, strike: routes.cut, undo: routes.heal },
    { kind: "isolate", victim: name, longest: 10_000, strike: routes.silence, undo: routes.heal },
    {
      kind: "outage",
      victim: `${name} and the next`,
      longest: 4_000,
      strike: forBoth((each) => each.kill),
      undo: forBoth((each) => Effect.orDie(each.start))
    }
  ]
}

/** Of so many blows to brokers one is harsh, so that there is something to check between them. */
const harshEvery = 3

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
    const blow: Blow = { at: performance.now(), kind: fault.kind, victim: fault.victim, millis, lasted: null }
    blows.push(blow)
    yield* Effect.acquireUseRelease(
      Effect.andThen(fault.strike, Effect.sync(() => performance.now())),
      () => Effect.sleep(millis),
      (from) =>
        Effect.suspend(() => {
          blow.lasted = { from, to: performance.now() }
          return fault.undo
        })
    )
    yield* Effect.sleep(random.between(0.2, 1) * rest)
  }
})

/**
 * Strikes for as long as it runs; interrupted, it undoes what it has done. One fault of the brokers at a time: two of three
 * are needed to go on, so that only the one that kills two stops everything. At most two replicas are down.
 */
export const nemesis = (
  system: AttackedSystem,
  blows: Array<Blow>,
  randomness: (purpose: string) => Randomness
): Effect.Effect<void> => {
  const brokers = randomness("brokers")
  let brokerBlows = 0
  const striking = (purpose: string, victims: AttackedSystem["replicas"]) => {
    const random = randomness(purpose)
    return run(blows, random, 3_000, () => random.pick(replicaFaults(victims[random.below(victims.length)]!)))
  }
  return Effect.all([
    run(blows, brokers, 6_000, () => {
      const faults = ++brokerBlows % harshEvery === 0 ? harshBrokerFaults : brokerFaults
      return brokers.pick(faults(brokers.below(system.brokers.length), system))
    }),
    // Different victims, so that one does not undo what the other does.
    striking("first replica", system.replicas.slice(0, 1)),
    striking("other replicas", system.replicas.slice(1))
  ], { concurrency: "unbounded", discard: true })
}
