import { assert, describe, it } from "@effect/vitest"
import { type Figure, isMet, median, ratioOf } from "../src/Figure.ts"
import { usageOf } from "../src/measured/ProcessUsage.ts"

const figure: Figure = { name: "x", value: 90, unit: "commands/s", yardstick: { name: "y", value: 100 } }

describe("a figure", () => {
  it("has a ratio when it has a yardstick of some length", () => {
    assert.strictEqual(ratioOf(figure), 0.9)
    assert.isUndefined(ratioOf({ name: "x", value: 90, unit: "ms" }))
    assert.isUndefined(ratioOf({ ...figure, yardstick: { name: "y", value: 0 } }))
  })

  it("meets its target at the bound and not beyond", () => {
    assert.isUndefined(isMet(figure))
    assert.isTrue(isMet({ ...figure, target: { of: "ratio", atLeast: 0.9 } }))
    assert.isFalse(isMet({ ...figure, target: { of: "ratio", atLeast: 0.91 } }))
    assert.isTrue(isMet({ ...figure, target: { of: "value", atMost: 90 } }))
    assert.isFalse(isMet({ ...figure, target: { of: "value", atMost: 89 } }))
  })

  it("of several rounds is the middle one", () => {
    assert.strictEqual(median([3, 1, 2]), 2)
    assert.strictEqual(median([4, 1, 2, 3]), 2.5)
  })
})

// Elsewhere processes cannot be looked at, and these figures are left out.
it.skipIf(process.platform !== "linux")("a process is seen to work", () => {
  const before = usageOf(process.pid)!
  while (process.cpuUsage().user / 1_000 < before.cpuMicros / 1_000 + 50) JSON.stringify(process.versions)
  const after = usageOf(process.pid)!
  assert.isAbove(after.cpuMicros, before.cpuMicros)
  assert.isAbove(after.residentBytes, 10 * 1024 ** 2)
  assert.isAtLeast(after.peakBytes, after.residentBytes)
})
