import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import { type Contender, startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import { found, middle } from "./Pair.ts"

/** Commands that another replica was quicker with, eight times. */
const lost = ["CONCURRENCY_EXHAUSTED"]

/** Replicas share the commands, not the states: each makes the others' caches old. */
export const replicas: Benchmark = {
  name: "replicas",
  about: "three replicas beside one, 64 in flight; 1 000 organizations, and one",
  run: Effect.fnUntraced(function*(scale) {
    const one = yield* startService({})
    const three = yield* startService({ replicas: 3 })
    for (const contender of [one, three]) yield* found(contender, scale.some)
    const update = (contender: Contender, organizations: number, commands: number) =>
      drive(contender, {
        commands,
        warmUp: Math.min(scale.warmUp, commands),
        pace: { inFlight: 64 },
        kind: "update",
        organizations,
        spread: "uniform"
      }, lost)
    const both = (organizations: number, commands: number) =>
      Effect.gen(function*() {
        const rounds = yield* Effect.replicateEffect(
          Effect.all([update(one, organizations, commands), update(three, organizations, commands)]),
          scale.rounds
        )
        return [middle(rounds.map(([single]) => single)), middle(rounds.map(([, triple]) => triple))] as const
      })
    const [single, triple] = yield* both(scale.some, scale.commands)
    const [calm, storm] = yield* both(1, scale.commands / 4)
    const beside = (name: string, unit: string, value: number, yardstick: number, atLeast?: number) => ({
      name,
      value,
      unit,
      yardstick: { name: "one replica", value: yardstick },
      ...(atLeast === undefined ? {} : { target: { of: "ratio" as const, atLeast } })
    })
    return [
      beside("three replicas", "commands/s", triple.perSecond, single.perSecond, 1),
      beside("three replicas: processor", "µs/command", triple.cpuMicros, single.cpuMicros),
      beside("three replicas: broker's processor", "µs/command", triple.brokerCpuMicros, single.brokerCpuMicros),
      beside("conflict storm, three replicas", "commands/s", storm.perSecond, calm.perSecond),
      beside("conflict storm, three replicas: processor", "µs/command", storm.cpuMicros, calm.cpuMicros),
      { name: "conflict storm, three replicas: given up after eight conflicts", value: storm.refused * 100, unit: "%" }
    ]
  })
}
