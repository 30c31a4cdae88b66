import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import { type Contender, type Ground, startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import type { Scale } from "../Scale.ts"
import { found, middle } from "./Pair.ts"

/** Commands that another replica was quicker with, eight times. */
const lost = ["CONCURRENCY_EXHAUSTED"]

/** Replicas share the commands, not the states: each makes the others' caches old. */
export const replicas: Benchmark = {
  name: "replicas",
  about: "three replicas beside one, 64 in flight; 1 000 organizations, and one; on one broker and on three",
  run: Effect.fnUntraced(function*(scale) {
    const figures = yield* Effect.scoped(onGround(scale, {}, ""))
    return [...figures, ...yield* Effect.scoped(onGround(scale, { cluster: true }, ", three brokers"))]
  })
}

const onGround = Effect.fnUntraced(function*(scale: Scale, ground: Ground, where: string) {
  const one = yield* startService(ground)
  const three = yield* startService({ ...ground, replicas: 3 })
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
    beside(`three replicas${where}`, "commands/s", triple.perSecond, single.perSecond, 0.8),
    beside(`three replicas${where}: processor`, "µs/command", triple.cpuMicros, single.cpuMicros),
    beside(`three replicas${where}: broker's processor`, "µs/command", triple.brokerCpuMicros, single.brokerCpuMicros),
    beside(`conflict storm, three replicas${where}`, "commands/s", storm.perSecond, calm.perSecond),
    beside(`conflict storm, three replicas${where}: processor`, "µs/command", storm.cpuMicros, calm.cpuMicros),
    {
      name: `conflict storm, three replicas${where}: given up after eight conflicts`,
      value: storm.refused * 100,
      unit: "%"
    }
  ]
})
