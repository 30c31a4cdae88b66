import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import { startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import { publishBare } from "./barePublish.ts"
import { found, middle } from "./Pair.ts"

/** Commands for one organization take turns, so each waits for the one before to be stored. */
export const hotOrganization: Benchmark = {
  name: "hot-organization",
  about: "updates of one organization, 64 in flight, beside one publish after the other",
  run: Effect.fnUntraced(function*(scale) {
    const service = yield* startService({})
    yield* found(service, 1)
    const commands = scale.commands / 2
    const rounds = yield* Effect.replicateEffect(
      Effect.all([
        publishBare({ publishes: commands / 2, warmUp: scale.warmUp / 4, inFlight: 1, organizations: scale.some }),
        drive(service, {
          commands,
          warmUp: scale.warmUp / 2,
          pace: { inFlight: 64 },
          kind: "update",
          organizations: 1,
          spread: "uniform"
        })
      ]),
      scale.rounds
    )
    const measured = middle(rounds.map(([, driven]) => driven))
    const bare = rounds.map(([publish]) => 1_000_000 / publish.roundTripMicros).toSorted((a, b) => a - b)
    return [{
      name: "one organization",
      value: measured.perSecond,
      unit: "commands/s",
      yardstick: { name: "1 / publish", value: bare[bare.length >> 1]! },
      target: { of: "ratio", atLeast: 0.8 }
    }]
  })
}
