import { describe, expect, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import type { Scenario } from "../src/scenario/Scenario.ts"
import { judge } from "../src/simulate/judge.ts"
import { runScenario } from "../src/world/runScenario.ts"

const folder = new URL("found/", import.meta.url)

/** Each once had something wrong with it: the smallest story of a fault that is mended. */
describe("a scenario that was found", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    it(file.slice(0, -".json".length).replaceAll("-", " "), async () => {
      const scenario: Scenario = JSON.parse(readFileSync(new URL(file, folder), "utf8"))
      const { history } = await runScenario(scenario)
      expect(judge(history, scenario)).toEqual([])
    })
  }
})
