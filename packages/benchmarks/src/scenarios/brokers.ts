import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure, Target } from "../Figure.ts"
import type { Ground } from "../measured/Contender.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

const grounds: ReadonlyArray<readonly [name: string, ground: Ground, throughput?: Target]> = [
  ["three brokers, replicated", { cluster: true }, { of: "ratio", atLeast: 1.5 }],
  ["one broker, sync always", { syncAlways: true }]
]

/** Where the broker takes longer to store an event. */
export const brokers: Benchmark = {
  name: "brokers",
  about: "updates, 64 in flight, on a replicated stream and on one that writes to disk at once",
  run: Effect.fnUntraced(function*(scale) {
    const figures: Array<Figure> = []
    for (const [name, ground, throughput] of grounds) {
      const { nothing, service } = yield* Effect.scoped(Effect.flatMap(
        startPair(ground, scale.some),
        (pair) =>
          driveBoth(pair, {
            commands: scale.commands / 2,
            warmUp: scale.warmUp / 2,
            pace: { inFlight: 64 },
            kind: "update",
            organizations: scale.some,
            spread: "uniform"
          }, scale.rounds)
      ))
      figures.push(
        beside(name, "commands/s", service.perSecond, nothing.perSecond, throughput),
        beside(`${name}: processor`, "µs/command", service.cpuMicros, nothing.cpuMicros)
      )
    }
    return figures
  })
}
