import { assert, describe, it } from "@effect/vitest"
import { mutants } from "./mutants.ts"
import { mutated } from "./mutated.ts"

const src = new URL("../../../", import.meta.url)

describe("mutants", () => {
  it("all still apply", () => {
    for (const mutant of mutants) assert.include(mutated(src, mutant), mutant.replace)
  })
  it("are enough, and different", () => {
    assert.isAtLeast(mutants.length, 30)
    assert.strictEqual(new Set(mutants.map(({ file, find, replace }) => file + find + replace)).size, mutants.length)
  })
})
