import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import { beside, driveBoth, startPair } from "./Pair.ts"

/** Other commands than updates. */
export const commands: Benchmark = {
  name: "commands",
  about: "creations, a mix of units, updates and refusals, and repeated commands; 64 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const load = {
      commands: scale.commands,
      warmUp: scale.warmUp,
      pace: { inFlight: 64 },
      organizations: scale.some,
      spread: "uniform"
    } as const
    const [mixed, repeated] = yield* Effect.flatMap(startPair({}, scale.some), (pair) =>
      Effect.all([
        driveBoth(pair, { ...load, kind: "mix" }, scale.rounds, ["TEAM_NOT_FOUND"]),
        driveBoth(pair, { ...load, kind: "repeat" }, scale.rounds)
      ]))
    // Organizations can be founded once only.
    const created = yield* Effect.flatMap(startPair({}, 0), (pair) => driveBoth(pair, { ...load, kind: "create" }, 1))
    return [
      beside("creations", "commands/s", created.service.perSecond, created.nothing.perSecond, {
        of: "ratio",
        atLeast: 0.5
      }),
      beside("creations: processor", "µs/command", created.service.cpuMicros, created.nothing.cpuMicros),
      beside("mix", "commands/s", mixed.service.perSecond, mixed.nothing.perSecond),
      beside("mix: processor", "µs/command", mixed.service.cpuMicros, mixed.nothing.cpuMicros),
      // The null service stores them again; the service has each confirmed by the leader.
      beside("repeated commands", "commands/s", repeated.service.perSecond, repeated.nothing.perSecond),
      beside("repeated commands: processor", "µs/command", repeated.service.cpuMicros, repeated.nothing.cpuMicros)
    ]
  })
}
