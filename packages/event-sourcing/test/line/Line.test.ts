import { assert, describe, it } from "@effect/vitest"
import { makeLinePorts } from "../../src/handler/linePorts.ts"
import { LineDriver } from "../../src/line/LineDriver.ts"
import { step } from "../../src/line/step.ts"
import { explorations, exploreEach } from "./explorations.ts"
import { exploreDriver } from "./exploreDriver.ts"
import { withPlanted } from "./planted.ts"
import { driverPlants, machinePlants, portPlants } from "./plants.ts"

/** Each takes a second or two; a machine that has much else to do may take long. */
const timeout = 300_000

const explain = (wrong: { readonly what: string; readonly path: ReadonlyArray<string> } | undefined, scene?: string) =>
  wrong === undefined ? undefined : [wrong.what, scene, ...wrong.path].join("\n")

describe("whatever happens to a few commands, in whatever order, what is told and stored is right", () => {
  for (const [what, exploration] of Object.entries(explorations.quick)) {
    it(`the line, ${what}`, () => {
      const { scene, wrong } = exploreEach(step, [exploration])
      assert.isUndefined(explain(wrong, scene))
    }, timeout)
  }

  it("the driver", () => {
    const { wrong } = exploreDriver({ LineDriver })
    assert.isUndefined(explain(wrong, wrong?.scene))
  }, timeout)

  it("the driver with its ports", () => {
    const { wrong } = exploreDriver({ LineDriver, makeLinePorts })
    assert.isUndefined(explain(wrong, wrong?.scene))
  }, timeout)
})

describe("a fault is found", () => {
  for (const plant of machinePlants) {
    it(plant.name, async () => {
      const { wrong } = await withPlanted(plant, ({ step }) => exploreEach(step, [explorations.shown[plant.shownBy]]))
      assert.isDefined(wrong)
    }, timeout)
  }
  for (const plant of driverPlants) {
    it(plant.name, async () => {
      const { wrong } = await withPlanted(plant, ({ LineDriver }) => exploreDriver({ LineDriver }))
      assert.isDefined(wrong)
    }, timeout)
  }
  for (const plant of portPlants) {
    it(plant.name, async () => {
      const { wrong } = await withPlanted(plant, exploreDriver)
      assert.isDefined(wrong)
    }, timeout)
  }
})
