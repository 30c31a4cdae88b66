import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { drive } from "../measured/drive.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

/** Parts of the service's own greatest rate. */
const parts = [0.2, 0.5]

/** Updates at a fixed rate, whatever the answers do. Both contenders get the same rate. */
export const latency: Benchmark = {
  name: "latency",
  about: "updates of 1 000 organizations at fixed rates",
  run: Effect.fnUntraced(function*(scale) {
    const pair = yield* startPair({}, scale.some)
    const load = { kind: "update", organizations: scale.some, spread: "uniform" } as const
    const { perSecond: most } = yield* drive(pair.service, {
      ...load,
      commands: scale.commands,
      warmUp: scale.warmUp,
      pace: { inFlight: 64 }
    })
    const figures: Array<Figure> = []
    for (const part of parts) {
      const perSecond = Math.round(most * part)
      const { nothing, service } = yield* driveBoth(
        pair,
        {
          ...load,
          commands: Math.round(perSecond * scale.openLoopSeconds),
          warmUp: perSecond,
          pace: { perSecond }
          // Whoever does not wait for answers meets the bound of commands in flight when the service pauses for a moment.
        },
        scale.rounds,
        ["OVERLOADED"]
      )
      const target = part === 0.2 ? { of: "ratio" as const, atMost: 1.3 } : undefined
      const at = `at ${part * 100} % of the greatest rate`
      figures.push(
        beside(`p50 ${at}`, "µs", service.p50, nothing.p50, target),
        beside(`p99 ${at}`, "µs", service.p99, nothing.p99, target),
        beside(`p99.9 ${at}`, "µs", service.p999, nothing.p999),
        { name: `refused ${at}`, value: service.refused * 100, unit: "%" }
      )
    }
    return figures
  })
}
