import { assert, it } from "@effect/vitest"
import { groupBytesMax, groupLength } from "../src/groupLength.ts"

it("as many share an append as fit by number and by bytes, and the first always does", () => {
  assert.strictEqual(groupLength([], 64), 0)
  assert.strictEqual(groupLength([1, 1, 1], 2), 2)
  assert.strictEqual(groupLength([4, 4, 4], 64, 8), 2)
  assert.strictEqual(groupLength([4, 5, 1], 64, 8), 1)
  assert.strictEqual(groupLength([9, 1], 64, 8), 1)
  assert.strictEqual(groupLength(Array.from({ length: 64 }, () => 256 * 1024), 64), groupBytesMax / (256 * 1024))
})
