import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

/** More organizations than a replica remembers: most commands load cold, or few do. */
export const organizations: Benchmark = {
  name: "organizations",
  about: "updates, 64 in flight, of more organizations than a replica keeps in memory",
  run: Effect.fnUntraced(function*(scale) {
    const pair = yield* startPair({}, scale.many)
    const figures: Array<Figure> = []
    for (const spread of ["uniform", "zipf"] as const) {
      const { nothing, service } = yield* driveBoth(pair, {
        commands: scale.commands,
        warmUp: scale.warmUp,
        pace: { inFlight: 64 },
        kind: "update",
        organizations: scale.many,
        spread
      }, scale.rounds)
      figures.push(
        beside(`many organizations, ${spread}`, "commands/s", service.perSecond, nothing.perSecond),
        beside(`many organizations, ${spread}: processor`, "µs/command", service.cpuMicros, nothing.cpuMicros)
      )
    }
    return figures
  })
}
