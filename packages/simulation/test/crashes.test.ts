import { describe, expect, it } from "@effect/vitest"
import { makeScenario } from "../src/scenario/makeScenario.ts"
import { judge } from "../src/simulate/judge.ts"
import { runScenario } from "../src/world/runScenario.ts"

/** Turns of its event loop that a replica has at least while these commands are sent. */
const turns = 120

describe("a replica that crashes", () => {
  for (const brokers of [1, 3] as const) {
    it(`after any turn of its event loop loses nothing and doubles nothing, ${brokers} brokers`, async () => {
      const scenario = {
        ...makeScenario(11, { commands: 10, faults: 0, replicas: 2 }),
        brokers,
        settings: { commandTimeoutMillis: 4_000, snapshotEvery: 3, cacheCapacity: 4, maxInFlight: 256, newer: [] }
      }
      for (let afterTurns = 1; afterTurns <= turns; afterTurns++) {
        const broken = {
          ...scenario,
          faults: [{ at: 0, kind: "crash", replica: 0, afterTurns, downMillis: 400 } as const]
        }
        const { history } = await runScenario(broken)
        expect(judge(history, broken), `after turn ${afterTurns}`).toEqual([])
      }
    }, 120_000)
  }
})
