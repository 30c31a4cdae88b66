import type { ViolationKind } from "@cim-domain/simulation/check/Violation"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, References } from "effect"
import { rmSync } from "node:fs"
import { attack, type AttackOptions } from "../src/attack.ts"
import type { PlantedFault } from "../src/PlantedFault.ts"

const quiet = Layer.succeed(References.MinimumLogLevel, "None")

const run = (options: Partial<AttackOptions>) =>
  Effect.provide(
    attack({
      seed: 1,
      minutes: 1,
      writers: 12,
      organizations: 100,
      keep: undefined,
      plant: undefined,
      progress: () => undefined,
      ...options
    }),
    quiet
  )

describe("the attack", () => {
  it.live("finds nothing wrong with the service", () =>
    Effect.gen(function*() {
      const { evidence, figures, violations } = yield* run({ minutes: 0.5 })
      assert.deepStrictEqual(violations.slice(0, 5), [], `evidence in ${evidence}`)
      assert.isUndefined(evidence)
      assert.isAbove(figures.applied, 50)
      assert.isAbove(figures.retries, 0)
      assert.isAbove(figures.kills + figures.pauses + figures.cuts, 2)
      assert.isAbove(figures.settled, figures.commands * 0.9)
    }), { timeout: 240_000 })
})

// An attack waits most of its time: for elections, for what it has paused, and for the next blow.
describe.concurrent("the attack, on replicas with a planted fault,", () => {
  // The others are looked for in virtual time, by the same checker: see packages/simulation.
  const planted: Readonly<Partial<Record<PlantedFault, readonly [minutes: number, ...ReadonlyArray<ViolationKind>]>>> =
    {
      "no-guard": [0.15, "lost"],
      "stale-answers": [0.1, "stale"]
    }
  // A short attack may miss the moment that a fault needs: whether it strikes the leader is chance.
  const attacksMax = 5
  for (const [plant, [minutes, ...kinds]] of Object.entries(planted)) {
    it.live(`finds ${plant}`, () =>
      Effect.gen(function*() {
        const found = new Set<ViolationKind>()
        for (let seed = 1; seed <= attacksMax && !kinds.every((kind) => found.has(kind)); seed++) {
          const { evidence, violations } = yield* run({ plant: plant as PlantedFault, minutes, seed })
          for (const { kind } of violations) found.add(kind)
          if (evidence !== undefined) rmSync(evidence, { recursive: true })
        }
        assert.includeMembers([...found], kinds)
      }), { timeout: 240_000 })
  }
})
