import { Effect } from "effect"
import { join } from "node:path"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { organizationIdAt } from "../load/encodeCommands.ts"
import { startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import { startMeasured } from "../measured/startMeasured.ts"
import { found, middle } from "./Pair.ts"

/** Bodies of 256 KiB that one requester keeps in flight. */
const hostileInFlight = 64

/** Commands of an honest requester in flight: one that waits for each answer, and one that does not. */
const widths = [1, 64]

/** What others have left of their rate while one requester sends what costs most to read. */
export const hostile: Benchmark = {
  name: "hostile",
  about: "updates of one organization while another requester keeps the dearest bodies in flight",
  run: Effect.fnUntraced(function*(scale) {
    const service = yield* startService({})
    yield* found(service, scale.some)
    const figures: Array<Figure> = []
    for (const inFlight of widths) {
      const load = {
        commands: scale.commands / 10,
        warmUp: scale.warmUp / 20,
        pace: { inFlight },
        kind: "update",
        organizations: scale.some,
        spread: "uniform"
      } as const
      const rounds = yield* Effect.replicateEffect(
        Effect.all([
          drive(service, load),
          Effect.scoped(Effect.gen(function*() {
            const attack = { url: service.url, organizationId: organizationIdAt(scale.many), inFlight: hostileInFlight }
            const attacker = yield* startMeasured({
              file: join(import.meta.dirname, "../hostile/main.ts"),
              args: [JSON.stringify(attack)]
            })
            yield* attacker.logged("ready")
            return yield* drive(service, load)
          }))
        ]),
        scale.rounds
      )
      const alone = middle(rounds.map(([alone]) => alone))
      const beset = middle(rounds.map(([, beset]) => beset))
      figures.push({
        name: `updates, ${inFlight} in flight, beside ${hostileInFlight} hostile bodies`,
        value: beset.perSecond,
        unit: "commands/s",
        yardstick: { name: "without them", value: alone.perSecond },
        target: { of: "ratio", atLeast: 0.5 }
      })
    }
    return figures
  })
}
