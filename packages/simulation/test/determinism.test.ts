import { describe, expect, it } from "@effect/vitest"
import { makeScenario } from "../src/scenario/makeScenario.ts"
import type { Scenario } from "../src/scenario/Scenario.ts"
import { runScenario } from "../src/world/runScenario.ts"

const size = { commands: 60, faults: 8 }

/** Everything that a scenario comes to, as text. */
const told = async (scenario: Scenario) => JSON.stringify(await runScenario(scenario, { isTold: true }))

describe("a history", () => {
  it("is the same to the byte each time, whatever was run before it", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const first = await told(makeScenario(seed, size))
      await told(makeScenario(seed + 1_000, size))
      expect(await told(makeScenario(seed, size)) === first, `seed ${seed}`).toBe(true)
    }
  })

  it("is the same when its scenario was written to a file and read again", async () => {
    const scenario = makeScenario(7, size)
    expect(await told(JSON.parse(JSON.stringify(scenario))) === await told(scenario)).toBe(true)
  })

  it("is another one with another luck", async () => {
    const scenario = makeScenario(8, size)
    expect(await told({ ...scenario, luck: 9 }) === await told(scenario)).toBe(false)
  })
})
