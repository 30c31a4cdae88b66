import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

/** Other commands than updates. */
export const commands: Benchmark = {
  name: "commands",
  about: "creations, and a mix of units, updates and refusals; 64 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const load = {
      commands: scale.commands,
      warmUp: scale.warmUp,
      pace: { inFlight: 64 },
      organizations: scale.some,
      spread: "uniform"
    } as const
    const mixed = yield* Effect.flatMap(
      startPair({}, scale.some),
      (pair) => driveBoth(pair, { ...load, kind: "mix" }, scale.rounds, ["TEAM_NOT_FOUND"])
    )
    // Organizations can be founded once only.
    const created = yield* Effect.flatMap(startPair({}, 0), (pair) => driveBoth(pair, { ...load, kind: "create" }, 1))
    return [
      beside("creations", "commands/s", created.service.perSecond, created.nothing.perSecond),
      beside("creations: processor", "µs/command", created.service.cpuMicros, created.nothing.cpuMicros),
      beside("mix", "commands/s", mixed.service.perSecond, mixed.nothing.perSecond),
      beside("mix: processor", "µs/command", mixed.service.cpuMicros, mixed.nothing.cpuMicros)
    ]
  })
}
