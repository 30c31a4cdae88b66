import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

/** Commands in flight at a time. */
const widths = [1, 16, 64, 256]

/** Updates in closed loop, one replica and one broker. */
export const throughput: Benchmark = {
  name: "throughput",
  about: "updates of 1 000 organizations, 1 to 256 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const pair = yield* startPair({}, scale.some)
    const figures: Array<Figure> = []
    for (const inFlight of widths) {
      const { nothing, service } = yield* driveBoth(pair, {
        commands: inFlight === 1 ? scale.commands / 4 : scale.commands,
        warmUp: inFlight === 1 ? scale.warmUp / 4 : scale.warmUp,
        pace: { inFlight },
        kind: "update",
        organizations: scale.some,
        spread: "uniform"
      }, scale.rounds)
      const target = inFlight === 64
      figures.push(
        beside(
          `updates, ${inFlight} in flight`,
          "commands/s",
          service.perSecond,
          nothing.perSecond,
          target ? { of: "ratio", atLeast: 0.9 } : undefined
        ),
        beside(
          `updates, ${inFlight} in flight: processor`,
          "µs/command",
          service.cpuMicros,
          nothing.cpuMicros,
          target ? { of: "ratio", atMost: 1.5 } : undefined
        )
      )
      if (target) {
        figures.push(
          beside(
            "updates, 64 in flight: broker's processor",
            "µs/command",
            service.brokerCpuMicros,
            nothing.brokerCpuMicros
          )
        )
      }
    }
    return figures
  })
}
