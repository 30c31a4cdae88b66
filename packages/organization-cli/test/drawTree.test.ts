import { assert, it } from "@effect/vitest"
import { drawTree } from "../src/tree/drawTree.ts"
import type { TreeNode } from "../src/tree/TreeNode.ts"
import { tooWide } from "./tooWide.ts"

it("a tree deeper than the service allows stays on the screen, and every node in it", () => {
  const text = "Head of the Department of Departments"
  let tree: TreeNode = { id: "0", kind: "role", text, children: [] }
  for (let level = 1; level < 20_000; level++) tree = { id: String(level), kind: "role", text, children: [tree] }
  const lines = drawTree([tree], Number.POSITIVE_INFINITY)
  assert.deepStrictEqual(tooWide(lines), [])
  assert.strictEqual(lines.filter((line) => line.includes("└")).length, 20_000)
  assert.deepStrictEqual(drawTree([tree], 1), [`└ ${text} · 19999 roles`])
})
