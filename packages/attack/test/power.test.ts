import { assert, it } from "@effect/vitest"
import { lostOf } from "../src/power/Acknowledgements.ts"

it("what was acknowledged and does not stand at its sequence is lost", () => {
  const acknowledged = new Map([[1, "a"], [2, "b"], [5, "e"], [4, "d"]])
  assert.deepStrictEqual(lostOf(acknowledged, new Map([...acknowledged, [3, "c"]])), [])
  assert.deepStrictEqual(lostOf(acknowledged, new Map([[1, "a"], [2, "other"], [3, "b"], [4, "d"]])), [2, 5])
  assert.deepStrictEqual(lostOf(acknowledged, new Map()), [1, 2, 4, 5])
})
